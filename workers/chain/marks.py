"""The marks of a text against those of its thread, which count anew once messages come and go; knows no rows."""

from collections.abc import Callable, Iterable

from bot.core.tickets.content import DraftContent, Evidence, Statement
from workers.chain.data import Source, Thread
from workers.chain.news import Key


class Marks:
    """Two names for one source: as the draft calls it, for good, and as the thread counts it today.

    `elsewhere` are the documents and past tickets that the draft cites, with marks of their own (x1..) for today.
    """

    def __init__(self, content: DraftContent, thread: Thread) -> None:
        self._keys: dict[str, Key] = {item.mark: (item.source, item.source_id) for item in content.evidence}
        said: dict[Key, Source] = {(source.source, source.source_id): source for source in thread.said}
        passages: dict[Key, Source] = {
            (item.source, item.source_id): _passage(number, item)
            for number, item in enumerate(content.evidence, 1)
            if item.source not in ("message", "answer")
        }
        self.elsewhere = list(passages.values())
        self._by_key = said | passages
        self._key_of = {source.mark: key for key, source in self._by_key.items()}

    def keys(self, statement: Statement) -> list[Key]:
        """What a statement of the draft cites."""
        return [self._keys[mark] for mark in statement.marks if mark in self._keys]

    def today(self, statement: Statement) -> list[str]:
        """The marks of a statement of the draft as they are today; what is gone has none."""
        return [source.mark for key in self.keys(statement) if (source := self._by_key.get(key))]

    def lasting(self, statement: Statement) -> Statement:
        """A statement with marks of today as the draft cites it from now on."""
        return statement.model_copy(update={"marks": [self._lasting(mark) for mark in statement.marks]})

    def _lasting(self, today: str) -> str:
        key = self._key_of[today]
        if known := next((mark for mark, known in self._keys.items() if known == key), ""):
            return known
        letter, number = today[0], int(today[1:])
        while f"{letter}{number}" in self._keys:
            number += 1
        self._keys[f"{letter}{number}"] = key
        return f"{letter}{number}"

    def evidence(
        self, content: DraftContent, edited: Iterable[Key], quote: Callable[[Source, str], str]
    ) -> list[Evidence]:
        """The evidence of a finished text; what is cited for the first time, or was edited, is quoted as it is now."""
        known, again, found = {item.mark: item for item in content.evidence}, set(edited), dict[str, Evidence]()
        for mark in dict.fromkeys(mark for statement in content.statements() for mark in statement.marks):
            key = self._keys.get(mark)
            source = self._by_key.get(key) if key else None
            if source is not None and (mark not in known or key in again):
                texts = " ".join(one.text for one in content.statements() if mark in one.marks)
                found[mark] = Evidence(
                    mark=mark,
                    source=source.source,
                    source_id=source.source_id,
                    label=source.label,
                    quote=quote(source, texts),
                    url=source.url,
                )
        return list({**known, **found}.values())


def _passage(number: int, item: Evidence) -> Source:
    told = {"source": item.source, "source_id": item.source_id, "label": item.label, "url": item.url}
    return Source.model_validate({"mark": f"x{number}", "text": item.quote, **told})
