"""What code defines and where, told by tree-sitter's grammars; cutting it into passages is done elsewhere."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module

from tree_sitter import Language, Node, Parser

# A definition's name, and first and last line from 0, with the comments and decorators right above it.
Definition = tuple[str, int, int]

LONGEST_NAME = 120  # characters of one name
_DEEPEST = 6  # names in a full name
_FUNCTIONS = {"arrow_function", "function_expression", "generator_function", "function", "class"}


@dataclass(frozen=True)
class _Grammar:
    """A package with a grammar, the function in it, and the kinds of nodes that define something.

    `bodied` define only with a body (`struct point p;` defines nothing), `given` only where a function is the value.
    """

    package: str
    function: str
    kinds: set[str]
    bodied: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)


_SCRIPT = {"function_declaration", "generator_function_declaration", "class_declaration", "method_definition"}
_TYPED = _SCRIPT | {"abstract_class_declaration", "interface_declaration", "enum_declaration", "type_alias_declaration"}
_GIVEN = {"variable_declarator", "field_definition", "public_field_definition", "assignment_expression"}
_CLASSES = {"class_declaration", "interface_declaration", "enum_declaration", "method_declaration"}
_MADE = _CLASSES | {"constructor_declaration", "record_declaration"}
_RUST_KINDS = {"function_item", "struct_item", "enum_item", "union_item", "trait_item", "mod_item", "impl_item"}
_STRUCTS = {"struct_specifier", "union_specifier", "enum_specifier"}
_PYTHON = _Grammar("tree_sitter_python", "language", {"function_definition", "class_definition"})
_JAVASCRIPT = _Grammar("tree_sitter_javascript", "language", _SCRIPT, given=_GIVEN)
_TYPESCRIPT = _Grammar("tree_sitter_typescript", "language_typescript", _TYPED, given=_GIVEN)
_TSX = _Grammar("tree_sitter_typescript", "language_tsx", _TYPED, given=_GIVEN)
_JAVA = _Grammar("tree_sitter_java", "language", _MADE | {"annotation_type_declaration"})
_C_SHARP = _Grammar("tree_sitter_c_sharp", "language", _MADE | {"struct_declaration", "local_function_statement"})
_PHP = _Grammar("tree_sitter_php", "language_php", _CLASSES | {"function_definition", "trait_declaration"})
_GO = _Grammar("tree_sitter_go", "language", {"function_declaration", "method_declaration", "type_spec"})
_RUBY = _Grammar("tree_sitter_ruby", "language", {"class", "module", "method", "singleton_method"}, bodied={"class"})
_RUST = _Grammar("tree_sitter_rust", "language", _RUST_KINDS | {"macro_definition"})
_C = _Grammar("tree_sitter_c", "language", {"function_definition", "preproc_function_def"}, bodied=_STRUCTS)
_CPP_KINDS = {"function_definition", "preproc_function_def"}
_CPP = _Grammar("tree_sitter_cpp", "language", _CPP_KINDS, bodied=_STRUCTS | {"class_specifier"})

_GRAMMARS = {
    **dict.fromkeys((".py", ".pyi"), _PYTHON),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), _JAVASCRIPT),
    **dict.fromkeys((".ts", ".mts", ".cts"), _TYPESCRIPT),
    ".tsx": _TSX,
    ".java": _JAVA,
    ".cs": _C_SHARP,
    ".php": _PHP,
    ".go": _GO,
    **dict.fromkeys((".rb", ".rake"), _RUBY),
    ".rs": _RUST,
    ".c": _C,
    # Headers of C are nearly C++; those of C++ are not C at all.
    **dict.fromkeys((".h", ".hh", ".hpp", ".hxx", ".cc", ".cpp", ".cxx"), _CPP),
}
ENDINGS = frozenset(_GRAMMARS)
# What stands above a definition and belongs to it.
_ABOVE = {"comment", "line_comment", "block_comment", "decorator", "attribute_item", "template"}


def definitions(source: bytes, ending: str) -> list[Definition]:
    """What UTF-8 source in a language defines, in order of its lines, outer before inner."""
    grammar, parser = _tools(ending)
    found: list[tuple[Node, str]] = []
    above: set[int] = set()
    for node in _nodes(parser.parse(source).root_node):
        kind = node.type
        if kind in _ABOVE:
            start = node.start_byte - node.start_point.column
            if not source[start : node.start_byte].strip():
                above.update(range(node.start_point.row, _last(node) + 1))
        elif _defines(node, kind, grammar) and (name := _name(node, kind)):
            found.append((node, name))
    made = []
    for node, name in _named(found):
        first = node.start_point.row
        while first - 1 in above:
            first -= 1
        made.append((name, first, _last(node)))
    return sorted(made, key=lambda one: (one[1], -one[2]))


@lru_cache(maxsize=32)
def _tools(ending: str) -> tuple[_Grammar, Parser]:
    grammar = _GRAMMARS[ending]
    made: Callable[[], object] = getattr(import_module(grammar.package), grammar.function)
    return grammar, Parser(Language(made()))


def _nodes(root: Node) -> Iterator[Node]:
    """Every node, parents first; a tree-sitter query would take quadratic time for hostile code."""
    cursor = root.walk()
    while True:
        if (node := cursor.node) is not None:
            yield node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _defines(node: Node, kind: str, grammar: _Grammar) -> bool:
    if kind in grammar.bodied:
        return node.child_by_field_name("body") is not None
    if kind in grammar.given:
        value = node.child_by_field_name("value") or node.child_by_field_name("right")
        return value is not None and value.type in _FUNCTIONS
    return kind in grammar.kinds and node.is_named


def _name(node: Node, kind: str) -> str:
    """What a definition is called: `Cart.total` for a method of Go or a function of C++ outside its class, too."""
    if kind == "impl_item":
        return re.sub(r"<.*", "", _text(node.child_by_field_name("type")))
    for part in ("name", "property", "left"):
        if (found := node.child_by_field_name(part)) is not None:
            receiver = re.search(r"(\w+)\s*(?:\[[^\]]*\])?\s*\)$", _text(node.child_by_field_name("receiver")))
            return f"{receiver[1]}.{_text(found)}" if receiver else _text(found)
    inner: Node | None = node
    while inner is not None:
        node, inner = inner, inner.child_by_field_name("declarator")
        if inner is None and node.type in ("reference_declarator", "parenthesized_declarator"):
            inner = node.named_children[-1] if node.named_children else None
    return _text(node).replace("::", ".") if node.type != kind else ""


def _text(node: Node | None) -> str:
    return " ".join((node.text or b"").decode("utf-8", "replace").split())[:LONGEST_NAME] if node is not None else ""


def _last(node: Node) -> int:
    """The last line of a node; one that ends with its line break ends before the next line."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point.row else row


def _named(found: list[tuple[Node, str]]) -> Iterator[tuple[Node, str]]:
    """Definitions with the names of those around them."""
    around: list[tuple[int, str]] = []
    for node, name in found:
        while around and around[-1][0] <= node.start_byte:
            around.pop()
        around.append((node.end_byte, name))
        yield node, ".".join(part for _, part in around[-_DEEPEST:])
