"""A ticket's text held against what happened in its thread: what no longer stands goes, what people wrote stays.

Whatever a model proposes passes here, and only what the news bears out is taken over: never a mere rewording.
"""

import re
from collections.abc import Iterable

from bot.core.tickets.content import DraftContent, Kind, Removed, Statement, with_kind
from workers.chain.checks import ENOUGH, Checker
from workers.chain.data import Source, Thread, Triage
from workers.chain.house import Learned
from workers.chain.lines import QUESTIONS, Line, Lines, Place
from workers.chain.marks import Marks
from workers.chain.news import Key, News, Revision
from workers.chain.plain import STATEMENT_WORDS, TITLE_WORDS, title_of
from workers.chain.priority import propose
from workers.chain.steps.verify import MOST_CRITERIA, relevant
from workers.chain.withdrawn import Withdrawal, taken_back, withdrawals
from workers.chain.words import clip_words, content_words, normal, numbers, overlap, plain, sentences

# Words of somebody who speaks against what was said before.
_AGAINST = re.compile(
    r"\b(not|no|never|nobody|none|without|wrong|instead|only|actually|sorry|forget|scrap|nicht|kein\w*)\b|n['’]t\b",
    re.I,
)
_ASKED = 20  # words of a person's line that a question about it repeats


class Revising:
    """One text under revision; `causes` are the messages that made a difference so far."""

    def __init__(self, thread: Thread, last: DraftContent, news: News, learned: Learned | None = None) -> None:
        self.thread, self.last, self.news = thread, last, news
        self.marks, self.lines = Marks(last, thread), Lines.of(last)
        self.checker = Checker(thread, self.marks.elsewhere, learned)
        self.causes: set[int] = set()
        self.title, self.kind = last.title, last.kind
        self._removed: list[Removed] = []
        here = {(source.source, source.source_id): source for source in thread.said}
        self.fresh = {
            here[key].mark: message_id for key, message_id in news.keys("new", "edited").items() if key in here
        }
        self._gone, self._edited = news.gone, news.keys("edited")
        self._left = news.keys("left")
        self._struck = {normal(text) for text in last.own.struck}
        self._position = {source.mark: position for position, source in enumerate(thread.messages, 1)}
        self._withdrawn = [one for one in withdrawals(thread.messages) if one.named and self._number(one) in self.fresh]

    @property
    def sources(self) -> list[Source]:
        """What was written or edited since, in order."""
        return [source for source in self.thread.said if source.mark in self.fresh]

    # What no longer stands.

    def hold_up(self) -> None:
        """Hold every line against what was deleted, edited or taken back; a person's line is asked about instead."""
        for line in [line for line in self.lines.all if line.place not in QUESTIONS]:
            keys = self.marks.keys(line.said)
            touched = {self._gone.get(key) or self._edited.get(key) for key in keys} - {None}
            by = self._taken_back(line)
            if not touched and not by:
                continue
            kept = None if by else self._still(line)
            if kept is not None and kept.text == line.said.text:
                continue
            self.causes |= {self.fresh[by]} if by else {one for one in touched if one}
            if line.person:
                self._ask_about(line, by, deleted=any(key in self._gone for key in keys))
            elif kept is not None:
                line.said = self.marks.lasting(kept)
            else:
                self._drop(line, f"Message {by[1:]} takes this back." if by else self._why(line))

    def _number(self, one: Withdrawal) -> str:
        return self.thread.messages[one.by - 1].mark

    def _taken_back(self, line: Line) -> str:
        """The mark of the message, new or edited, that takes a line back."""
        marks = self.marks.today(line.said)
        positions = [self._position[mark] for mark in marks if mark in self._position]
        if len(positions) < len(marks):
            return ""  # something else says so as well
        by = taken_back(line.said.text, positions, self._withdrawn)
        return self.thread.messages[by - 1].mark if by else ""

    def _still(self, line: Line) -> Statement | None:
        """The line if what is left bears it out, the edited sentence in its place, or None."""
        given = line.said.model_copy(update={"marks": self.marks.today(line.said)})
        left = "\n".join(self.checker.sources[mark].text for mark in given.marks) or self.thread.text
        check = self.checker.criterion if line.place == "criteria" else self.checker.statement
        if not self._lost(given.text, self.marks.keys(line.said), left) and isinstance(check(given), Statement):
            return line.said
        return None if line.person or line.place == "criteria" else self._reworded(given)

    def _lost(self, text: str, keys: Iterable[Key], left: str) -> set[str]:
        """Words that `text` took from what was deleted or edited, and that nothing says any more."""
        touched = {key for key in keys if key in self._gone or key in self._edited}
        before = "\n".join(item.quote for item in self.last.evidence if (item.source, item.source_id) in touched)
        return (content_words(text) & content_words(before)) - content_words(left)

    def _reworded(self, given: Statement) -> Statement | None:
        """What an edited message says now instead of a statement that stood on it."""
        edited = [source for source in self.sources if source.mark in given.marks]
        told = [(sentence, source.mark) for source in edited for sentence in sentences(source.text)]
        best = max(told, key=lambda one: overlap(one[0], given.text), default=None)
        if best is None or overlap(best[0], given.text) < ENOUGH:
            return None
        checked = self.checker.statement(Statement(text=clip_words(best[0], STATEMENT_WORDS), marks=[best[1]]))
        return checked if isinstance(checked, Statement) else None

    def _why(self, line: Line) -> str:
        keys = self.marks.keys(line.said)
        if any(key in self._left for key in keys):
            return "Its report was taken out of this ticket."
        gone = any(key in self._gone for key in keys)
        return "Its message was deleted." if gone else "Its message was edited and does not say this any more."

    def _drop(self, line: Line, why: str) -> None:
        self.lines.take_out(line)
        self._removed.append(Removed(text=clip_words(line.said.text, 40), why=why))

    def _ask_about(self, line: Line, mark: str, *, deleted: bool = False) -> None:
        """A person's words stay; whether they still hold is for a person to say."""
        text = clip_words(line.said.text, _ASKED)
        cause = "Its message is gone" if deleted else f"Message {mark[1:]} went on" if mark else "It was edited"
        self.ask(f"{cause}: does “{text}” still hold?")

    # What is new.

    def ask(self, question: str) -> None:
        """Put an open question, unless a person struck it before."""
        if normal(question) not in self._struck:
            self.lines.add("open_questions", Statement(text=question))

    def tell(self, place: Place, text: str, marks: list[str], because: str) -> bool:
        """Add a line that the fresh message `because` bears out; whether it was added."""
        given = Statement(text=clip_words(plain(text), STATEMENT_WORDS), marks=[*marks, because])
        if place in QUESTIONS:
            fault = self.checker.line(given.text)
            fits = place == "open_questions" and fault is None and given.text.endswith(("?", "？"))
            said = Statement(text=given.text)
        else:
            checked = self.checker.criterion(given) if place == "criteria" else self.checker.statement(given)
            full = place == "criteria" and len(self.lines.at("criteria")) >= MOST_CRITERIA
            if isinstance(checked, Removed) or because not in checked.marks or full:
                return False
            fits, said = True, self.marks.lasting(checked)
        known = normal(given.text) in normal(self.lines.text()) or normal(given.text) in self._struck
        if not fits or known or not self._adds(place, given.text, because):
            return False
        self.lines.add(place, said)
        self.causes.add(self.fresh[because])
        return True

    def _adds(self, place: Place, text: str, because: str) -> bool:
        """Whether the message itself brings something of a text: its very words, or words that the ticket lacks."""
        told = self.thread_text(because)
        from_it = content_words(text) & content_words(told)
        if place in (*QUESTIONS, "criteria"):
            return bool(from_it)
        return normal(text) in normal(told) or bool(from_it - content_words(self.lines.text()))

    def replace(self, line: Line, text: str, marks: list[str], because: str) -> None:
        """Give a line other words that a fresh message bears out; a person's is asked about, rewording is noise."""
        told = self.thread_text(because)
        before, after = content_words(line.said.text), content_words(text)
        brought = (after - before) & content_words(told) or numbers(text) - numbers(line.said.text)
        withdrawn = (before - after) & content_words(told) if _AGAINST.search(told) else set()
        if line.place in QUESTIONS or not (brought or withdrawn):
            return
        given = Statement(text=plain(text), marks=[*marks, because])
        checked = self.checker.criterion(given) if line.place == "criteria" else self.checker.statement(given)
        if isinstance(checked, Removed) or because not in checked.marks:
            return
        self.causes.add(self.fresh[because])
        if line.person:
            self._ask_about(line, because)
            return
        self._removed.append(Removed(text=clip_words(line.said.text, 40), why=f"Message {because[1:]} changed this."))
        said = checked.model_copy(update={"text": clip_words(checked.text, STATEMENT_WORDS)})
        line.said = self.marks.lasting(said)

    def settle(self, line: Line, because: str) -> None:
        """Take out a line because of a fresh message: a question it answers, a statement it speaks against."""
        told = self.thread_text(because)
        speaks = content_words(line.said.text) & content_words(told)
        if line.place not in QUESTIONS and not (speaks and _AGAINST.search(told)):
            return
        self.causes.add(self.fresh[because])
        if line.person:
            self._ask_about(line, because)
        elif line.place in QUESTIONS:
            self.lines.take_out(line)
        else:
            self._drop(line, f"Message {because[1:]} takes this back.")

    def retitle(self, title: str) -> None:
        """Another title, if the news makes the difference and the thread bears it out; never one that a person set."""
        title = clip_words(plain(title).rstrip("."), TITLE_WORDS)
        moved = content_words(title) ^ content_words(self.title)
        told = {self.fresh[source.mark] for source in self.sources if moved & content_words(source.text)}
        if not title or not told or "title" in self.last.own.fields or self.checker.line(title, known=self.title):
            return
        if overlap(title, f"{self.thread.text}\n{self.title}") >= ENOUGH:
            self.causes |= told
            self.title = title

    def rekind(self, kind: Kind) -> None:
        """Another kind, unless a person set it."""
        if self.causes and "kind" not in self.last.own.fields:
            self.kind = kind

    def thread_text(self, mark: str) -> str:
        """What stands behind a mark of today."""
        return next((source.text for source in self.thread.said if source.mark == mark), "")

    # The whole.

    def finished(self, triage: Triage) -> Revision:
        """The revised text with its evidence and priority, and the messages that matter."""
        self._check_title()
        labels = with_kind(self.last.labels, self.last.kind, self.kind)
        content = self.lines.written().model_copy(update={"title": self.title, "kind": self.kind, "labels": labels})
        content = self._with_priority(content, triage.model_copy(update={"kind": self.kind}))
        evidence = self.marks.evidence(content, self._edited, relevant)
        removed = [*self.last.removed, *self._removed]
        causes = [item.message_id for item in self.news.items if item.message_id in self.causes]
        masked = self.last.masked | self.thread.digests
        update = {"evidence": evidence, "removed": removed, "masked": masked}
        return Revision(content=content.model_copy(update=update), causes=causes)

    def _check_title(self) -> None:
        """A title that rests on what was deleted, edited or taken back gives way to what the thread still says."""
        if "title" in self.last.own.fields or self.title != self.last.title:
            return
        by = taken_back(self.title, [0], self._withdrawn)
        if by or self._lost(self.title, [*self._gone, *self._edited], self.thread.text):
            self.title = title_of(self.thread, self.kind)
            touched = {*self._gone.values(), *self._edited.values()}
            self.causes |= {self.fresh[self.thread.messages[by - 1].mark]} if by else touched

    def _with_priority(self, content: DraftContent, triage: Triage) -> DraftContent:
        """The priority by the rules, if the news made the difference and no person has set it."""
        priority, reason = propose(triage)
        if "priority" in self.last.own.fields or priority == self.last.priority:
            return content
        signs = {name: getattr(triage, name) for name in ("affected", "effect", "workaround", "stakes")}
        # A message that was edited may have shown its sign before, unless the edit changed something else too.
        heard = {mark for mark, one in self.fresh.items() if one in self.causes or one not in self._edited.values()}
        told = {name: sign for name, sign in signs.items() if sign.mark in heard}
        silent = {name: sign.model_copy(update={"value": "unknown", "mark": ""}) for name, sign in told.items()}
        made_it = propose(triage.model_copy(update=silent))[0] != priority
        lost = self._stood_on_the_deleted()
        if not made_it and not lost:
            return content
        self.causes |= {self.fresh[sign.mark] for sign in told.values()} if made_it else lost
        return content.model_copy(update={"priority": priority, "priority_reason": reason})

    def _stood_on_the_deleted(self) -> set[int]:
        """The deleted messages that the priority's reason names, by their number when it was written."""
        named = set(re.findall(r"\d+", "".join(re.findall(r"\([^)]*\)$", self.last.priority_reason))))
        found: dict[Key, re.Match[str] | None] = {
            (item.source, item.source_id): re.search(r"message (\d+)$", item.label) for item in self.last.evidence
        }
        return {message_id for key, message_id in self._gone.items() if (label := found.get(key)) and label[1] in named}
