"""Replacing what may not be read by placeholders, the same value by the same one; stores nothing.

Secrets are never put back anywhere. Personal data can be, by who has the original text: a placeholder is kept with a
keyed digest of its value, so that it finds that value again when the thread has changed since.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.core.redact import personal, secrets
from bot.core.settings import settings

Span = tuple[int, int]
_Find = Callable[[str], Iterable[Span]]

# A login as people type it: address, slash or colon, password.
_LOGIN = re.compile(personal.EMAIL + r"\s{0,8}[/|:]\s{0,8}(?P<value>(?=\S{0,99}\d)(?=\S{0,99}[A-Za-z])[^\s\[\],;]{6,})")
# Characters that nobody sees and that would split a secret in two.
_UNSEEN = re.compile("[\u00ad\u200b\u2060-\u2064\ufeff]")
PERSONAL = "email", "bank account", "card number", "id number", "phone number", "address"
_ROUNDS = 4
_DONE = re.compile(rf"\[(?:secret|{'|'.join(PERSONAL)}) \d+\]")
PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(PERSONAL)}) \d+\]")


def _logins(text: str) -> Iterator[Span]:
    return (found.span("value") for found in _LOGIN.finditer(text))


# In this order: what one finder has masked, the next ones no longer see.
_FINDERS: tuple[tuple[str, _Find], ...] = (
    ("secret", secrets.library),
    ("secret", secrets.ours),
    ("secret", _logins),
    ("email", personal.emails),
    ("bank account", personal.accounts),
    ("card number", personal.cards),
    ("id number", personal.id_numbers),
    ("phone number", personal.phones),
    ("address", personal.addresses),
)


class Masker:
    """Placeholders such as `[email 1]`, the same for the same value as long as this masker lives.

    `known` are placeholders with digests from before; `people`, whose names Slack knows, are spoken of as colleagues.
    """

    def __init__(self, known: Mapping[str, str] | None = None, people: Iterable[str] = ()) -> None:
        self._masks: dict[tuple[str, str], str] = {}
        self._known = {digest: placeholder for placeholder, digest in (known or {}).items()}
        self._taken = set(known or {})
        self._last: dict[str, int] = {}
        names = sorted({name.strip() for name in people if len(name.strip()) > 1}, key=len, reverse=True)
        # One word may be any word; first and last name together are somebody.
        spoken = [(_any_of(f"@{name}" for name in names), "@colleague")]
        spoken += [(_any_of(name for name in names if " " in name), "colleague")]
        self._people = [(pattern, role) for pattern, role in spoken if pattern]

    def mask(self, text: str) -> str:
        """`text` without secrets and personal data; doing it twice changes nothing."""
        text = _UNSEEN.sub("", text)
        for names, role in self._people:
            text = names.sub(role, text)
        for kind, find in _FINDERS:
            text = self._replace(text, kind, find)
        return text

    def _replace(self, text: str, kind: str, find: _Find) -> str:
        """Replace what `find` finds; of two that overlap the earlier one, the rest in the next round."""
        for _ in range(_ROUNDS):
            done = [found.span() for found in _DONE.finditer(text)]
            found = {(start, _end(text, stop)) for start, stop in find(text)}
            spans = sorted(span for span in found if not any(a <= span[0] and span[1] <= b for a, b in done))
            if not spans:
                return text
            parts, end = [], 0
            for start, stop in spans:
                if start >= end:
                    parts += [text[end:start], self._name(kind, text[start:stop])]
                    end = stop
            text = "".join([*parts, text[end:]])
        return text

    def _name(self, kind: str, value: str) -> str:
        same = value.casefold()
        if kind.endswith(("number", "account")):
            same = re.sub(r"[\s()./-]", "", same)
        return self._masks.setdefault((kind, value), self._placeholder(kind, same if kind in PERSONAL else value))

    def _placeholder(self, kind: str, value: str) -> str:
        digest = _digest(kind, value)
        if digest not in self._known:
            number = self._last.get(kind, 0) + 1
            while f"[{kind} {number}]" in self._taken:
                number += 1
            self._last[kind] = number
            self._known[digest] = f"[{kind} {number}]"
            self._taken.add(self._known[digest])
        return self._known[digest]

    @property
    def found(self) -> list[str]:
        """What kinds of things were masked, each once, `secret` first."""
        present = {kind for kind, _ in self._masks}
        return [kind for kind in ("secret", *PERSONAL) if kind in present]

    @property
    def values(self) -> dict[str, str]:
        """Placeholder -> value, of personal data alone; a secret is not to be had."""
        return {placeholder: value for (kind, value), placeholder in self._masks.items() if kind in PERSONAL}

    @property
    def digests(self) -> dict[str, str]:
        """Placeholder -> digest of its value, of personal data alone; safe to keep."""
        mine = set(self.values)
        return {placeholder: digest for digest, placeholder in self._known.items() if placeholder in mine}


def restored(text: str, values: Mapping[str, str]) -> str:
    """`text` with its placeholders put back where the value is known."""
    return PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), text)


def _end(text: str, stop: int) -> int:
    """The end without the full stop of the sentence: without it, two sentences would become one."""
    return stop - 1 if text[stop - 1] == "." and text[stop : stop + 1].strip() == "" else stop


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    escaped = [re.escape(name) for name in names]
    return re.compile(rf"(?<!\w)(?:{'|'.join(escaped)})(?!\w)", re.IGNORECASE) if escaped else None


def _digest(kind: str, value: str) -> str:
    key = hashlib.sha256(settings().inkling_secret_key.get_secret_value().encode()).digest()
    return hashlib.blake2b(f"{kind}\0{value}".encode("utf-8", "replace"), key=key, digest_size=9).hexdigest()
