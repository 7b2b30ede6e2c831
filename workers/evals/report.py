"""A result for people: the table of the terminal and a page that stands alone; no figures are made here."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from bot.core.tickets.content import SECTIONS, DraftContent, with_marks
from workers.evals.dataset import Case
from workers.evals.result import Result

_UNITS = {"calls": "{:.1f}", "tokens": "{:.0f}", "cost_usd": "{:.4f}", "seconds": "{:.1f}"}


def rows(result: Result) -> list[tuple[str, str, str]]:
    """(figure, its value, out of what), quality first, then what an average report took."""
    shares = [
        (name, "-" if share.value is None else f"{share.value:.3f}", f"{share.hits} of {share.of}")
        for name, share in result.totals().items()
    ]
    return shares + [(f"{name} per report", _UNITS[name].format(value), "") for name, value in result.cost().items()]


def table(result: Result) -> str:
    """The rows as aligned text."""
    return "\n".join(f"{name:36} {value:>9}  {share}".rstrip() for name, value, share in rows(result))


def draft_as_text(draft: DraftContent) -> str:
    """What a reader of the draft reads, and what verification took out."""
    lines = [f"{draft.title}  ({draft.kind}, {draft.priority}: {draft.priority_reason})"]
    for name in SECTIONS:
        lines += [f"{name}: {with_marks(one)}" for one in draft.sections.get(name, [])]
    lines += [f"[ ] {with_marks(one)}" for one in draft.criteria]
    lines += [f"open: {line}" for line in draft.open_questions]
    return "\n".join([*lines, *(f"removed: {gone.text} ({gone.why})" for gone in draft.removed)])


def write_page(path: Path, result: Result, cases: list[Case], changes: list[str]) -> None:
    """One HTML file with everything in it."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    page = environment.get_template("page.html")
    shown = [case for case in cases if case.id in result.scores]
    path.write_text(page.render(result=result, rows=rows(result), cases=shown, changes=changes))
