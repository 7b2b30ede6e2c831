"""Verify: what the draft says is held against its sources; what fails is taken out and shown, never sent on."""

from typing import Literal

from bot.core.tickets.content import SECTIONS, DraftContent, Evidence, Own, Removed, Statement, Verdict
from bot.core.tickets.text import card_body
from workers.chain import rubric
from workers.chain.asking import OPEN
from workers.chain.checks import ENOUGH, Checker
from workers.chain.context import Context, Made
from workers.chain.data import Source
from workers.chain.house import follow
from workers.chain.marks import Marks
from workers.chain.plain import NO_WORDS, SECTION, STATEMENT_WORDS, TITLE_WORDS, orders_in, summary_of, title_of
from workers.chain.priority import propose
from workers.chain.words import clip_words, normal, numbers, overlap, plain, sentences
from workers.retrieval import standing

BODY_WORDS, MOST_CRITERIA, MOST_QUESTIONS, QUOTE = 250, 7, 6, 600
# Kinds of tickets that somebody works on in the code.
_BUILT = ("bug", "idea", "feedback")
_SINCE = "(Written again since.)"
# What is dropped first when a draft is too long; the first sentence of the summary always stays.
_LEAST = ("where", "decided", "scope", "why", "wanted", "actual", "expected", "environment", "steps", "summary")


def by_code(made: Made, _: Context) -> DraftContent:
    """The finished draft: every statement borne out by its marks, short enough, gaps as open questions."""
    return _Verification(made).content()


class _Verification:
    """One draft under examination."""

    def __init__(self, made: Made) -> None:
        self.made, self.proposal = made, made.proposal
        # What a ticket says is held against all that was said, also where its own part is less.
        self.checker = Checker(made.whole, made.passages.items, made.learned)
        self.removed: list[Removed] = orders_in(made.thread)
        self.last = made.wish.last
        self.own = self.last.own if self.last else Own()
        self._struck = frozenset(normal(text) for text in self.own.struck)
        self.seen = set(self._struck)

    def content(self) -> DraftContent:
        """Check everything, fill what became empty, shorten."""
        triage = self.made.triage
        sections = self._sections()
        self._fill(sections)
        self._say_once(sections)
        self._look_there(sections)
        criteria = self._criteria()
        priority, reason = propose(triage)
        if decided := self.made.wish.decided("priority"):
            priority, reason = decided.priority, decided.priority_reason
        content = DraftContent(
            kind=triage.kind,
            title=self._title(),
            sections={name: sections[name] for name in SECTIONS if sections.get(name)},
            criteria=criteria,
            open_questions=self._lines(self._open_questions(sections), "open_questions"),
            assumptions=self._lines([], "assumptions"),
            priority=priority,
            priority_reason=reason,
            labels=[triage.kind, *([triage.area] if triage.area else [])],
            alike=self.made.alikes.items,
            own=self.own,
            masked=(self.last.masked if self.last else {}) | self.made.thread.digests,
        )
        content = follow(content, self.made.learned, self.checker.sources.values())
        self.removed += content.removed
        content = self._short(content)
        update = {"evidence": self._evidence(content), "removed": _once(self.removed)[:20]}
        return content.model_copy(update=update | {"verdicts": self._verdicts(content)})

    def _verdicts(self, content: DraftContent) -> list[Verdict]:
        """What the last check said, with a word where the draft was mended since, and what code says of it now."""
        found = [one for one in self.made.critique.verdicts if one.by == "model"] if self.made.critique else []
        if self.made.mended:
            found = [
                one if one.passed else one.model_copy(update={"reason": f"{one.reason} {_SINCE}"}) for one in found
            ]
        return [*found, *rubric.by_code(content)]

    def _title(self) -> str:
        if decided := self.made.wish.decided("title"):
            return decided.title
        title = plain(self.proposal.title).rstrip(".")
        thread, before = self.made.thread, self.last.title if self.last else ""
        fault = self.checker.title(title, known=before)
        if fault is None and overlap(title, f"{thread.text}\n{before}") < ENOUGH:
            fault = Removed(text=title, why="The thread does not say this.")
        if fault is not None:
            # What stands in for words nobody said is no claim that has to be shown.
            self.removed += [fault] if title != NO_WORDS else []
            matter = self.made.matter.title
            fits = matter and self.checker.line(matter) is None
            title = matter if fits else title_of(thread, self.made.triage.kind)
        return clip_words(title, TITLE_WORDS)

    def _sections(self) -> dict[str, list[Statement]]:
        """A person's own statements as they are, then what survives of the draft; nothing is said twice."""
        sections: dict[str, list[Statement]] = {}
        for name in SECTIONS:
            kept = self._kept(self.last.sections.get(name, []) if self.last else [])
            proposed = self.proposal.sections.get(name, [])
            if name == "scope":
                proposed = [*proposed, *self.made.matter.left_out]
            checked = [self.checker.statement(given) for given in proposed]
            # A summary tells the whole matter, so nothing is added to one that a person wrote.
            sections[name] = kept if kept and name == "summary" else kept + self._survivors(checked)
        return sections

    def _kept(self, before: list[Statement]) -> list[Statement]:
        """A person's statements with the marks that their sources have today: marks count anew when messages go."""
        if self.last is None:
            return []
        marks = Marks(self.last, self.made.whole)
        today = {(source.source, source.source_id): mark for mark, source in self.checker.sources.items()}
        own = [
            one.model_copy(update={"marks": [today[key] for key in marks.keys(one) if key in today]})
            for one in before
            if one.by == "person"
        ]
        return [one for one in own if self._new(one.text)]

    def _criteria(self) -> list[Statement]:
        """All of a person's, and ours as long as there are not too many."""
        kept = self._kept(self.last.criteria if self.last else [])
        ours = self._survivors([self.checker.criterion(given) for given in self.proposal.criteria])
        room = max(0, MOST_CRITERIA - len(kept))
        self.removed += [Removed(text=one.text, why="There were more than seven.") for one in ours[room:]]
        return [*kept, *ours[:room]]

    def _survivors(self, checked: list[Statement | Removed]) -> list[Statement]:
        self.removed += [item for item in checked if isinstance(item, Removed)]
        good = (item for item in checked if isinstance(item, Statement))
        return [
            item.model_copy(update={"text": clip_words(item.text, STATEMENT_WORDS)})
            for item in good
            if self._new(item.text)
        ]

    def _new(self, text: str) -> bool:
        fresh = normal(text) not in self.seen
        self.seen.add(normal(text))
        return fresh

    def _fill(self, sections: dict[str, list[Statement]]) -> None:
        """Put quotations where the draft has nothing left although somebody said it."""
        thread, kind = self.made.thread, self.made.triage.kind
        if not sections["summary"]:
            said = [Statement(text=text, marks=[mark]) for mark, text in summary_of(thread, kind)]
            moved = {normal(one.text) for one in said}
            for name in SECTIONS:
                sections[name] = [one for one in sections[name] if normal(one.text) not in moved]
            sections["summary"] = [
                one.model_copy(update={"text": clip_words(one.text, STATEMENT_WORDS)}) for one in said
            ]
        everything = normal(" ".join(one.text for name in SECTIONS for one in sections[name]))
        for finding in self.made.gaps.found:
            section = SECTION[finding.field]
            if sections[section] or finding.mark not in self.checker.sources or finding.mark[0] not in ("m", "q"):
                continue
            if (quote := plain(finding.quote)) and normal(quote) not in everything:
                checked = self.checker.statement(Statement(text=quote, marks=[finding.mark]))
                sections[section] = self._survivors([checked])

    def _say_once(self, sections: dict[str, list[Statement]]) -> None:
        """What happens is not told again in a section of its own, unless it stands there beside what should happen."""
        if self.proposal.quoted or sections["expected"]:
            return
        told = " ".join(one.text for one in sections["summary"])
        sections["actual"] = [
            one
            for one in sections["actual"]
            if one.by == "person" or overlap(one.text, told) < 1 or not numbers(one.text) <= numbers(told)
        ]

    def _look_there(self, sections: dict[str, list[Statement]]) -> None:
        """Name the places in the code that code found, after what the writer says."""
        if self.made.triage.kind not in _BUILT:
            return
        there = standing(source.source_id for source in self.made.passages.code)
        gone = {source.mark for source in self.made.passages.code if source.source_id not in there}
        found = [one for one in self.made.passages.where if not gone.intersection(one.marks) and self._new(one.text)]
        sections["where"] = [*sections["where"], *found]

    def _open_questions(self, sections: dict[str, list[Statement]]) -> list[str]:
        """Gaps first, with what became of our questions, then what the writer leaves open, then notes."""
        gaps, thread = self.made.gaps, self.made.thread
        fate = {
            "unknown": "asked, not known",
            "expired": "asked, no answer yet",
            "moot": "asked, no answer yet",
            "answered": "asked, not answered",
        }
        asked = {item.field: item for item in thread.asked if item.state in fate}
        lost = [
            finding.field
            for finding in gaps.found
            if not sections[SECTION[finding.field]] and self._was_removed(SECTION[finding.field])
        ]
        found: list[str] = []
        for field in [*gaps.missing, *lost]:
            item = asked.get(field)
            found.append(f"{item.text} ({fate[item.state]})" if item and not item.mark else OPEN[field])
        for text in self.proposal.open_questions:
            line = plain(text)
            if fault := self.checker.line(line, known=self.made.wish.instruction):
                self.removed.append(fault)
            elif line.endswith(("?", "？")) and self._new(line):
                found.append(clip_words(line, 40))
        return found[:MOST_QUESTIONS] + self._notes()

    def _lines(self, found: list[str], field: Literal["open_questions", "assumptions"]) -> list[str]:
        """A person's own lines of the last draft, then those found now that nobody has taken out."""
        own = [line for line in getattr(self.last, field, []) if line in self.own.lines]
        return [*own, *(line for line in found if line not in own and normal(line) not in self._struck)]

    def _was_removed(self, section: str) -> bool:
        texts = {normal(plain(given.text)) for given in self.proposal.sections.get(section, [])}
        return any(normal(gone.text) in texts for gone in self.removed)

    def _notes(self) -> list[str]:
        """What a reviewer must know about how this came to be."""
        notes = list(self.proposal.notes)
        if "secret" in self.made.thread.masked:
            notes.append("A secret was posted in the thread (left out here): has it been replaced?")
        if self.proposal.unread:
            notes.append(
                f"The thread is long: {self.proposal.unread:,} characters of its middle were not read. See it?"
            )
        if self.made.thread.note:
            notes.append(clip_words(plain(self.made.thread.note), 30))
        return notes

    def _short(self, content: DraftContent) -> DraftContent:
        """Drop the least important statements until the body has at most 250 words."""
        sections = {name: list(said) for name, said in content.sections.items()}
        questions = list(content.open_questions)
        while True:
            content = content.model_copy(
                update={
                    "sections": {name: said for name, said in sections.items() if said},
                    "open_questions": questions,
                }
            )
            if len(card_body(content, thread_url="", desk_url="").split()) <= BODY_WORDS:
                return content
            ours = ((name, one) for name in _LEAST for one in reversed(sections.get(name, [])[name == "summary" :]))
            name, gone = next(((name, one) for name, one in ours if one.by != "person"), ("", None))
            if gone is None:
                return content
            sections[name].remove(gone)
            self.removed.append(Removed(text=gone.text, why="The draft was longer than 250 words."))

    def _evidence(self, content: DraftContent) -> list[Evidence]:
        """One item per cited source, with the sentences that matter, those of this ticket's part first of all."""
        own = {source.mark: source for source in [*self.made.passages.code, *self.made.thread.said]}
        cited: dict[str, list[str]] = {}
        for statement in content.statements():
            for mark in statement.marks:
                cited.setdefault(mark, []).append(statement.text)
        return [
            Evidence(
                mark=source.mark,
                source=source.source,
                source_id=source.source_id,
                label=source.label,
                quote=relevant(source, " ".join(cited[source.mark])),
                url=source.url,
            )
            for source in {**self.checker.sources, **own}.values()
            if source.mark in cited
        ]


def relevant(source: Source, wanted: str) -> str:
    """The sentences of a source nearest to what cites it, in order, at most 600 characters; the beginning of code."""
    if source.source == "code":
        return source.text[:QUOTE]
    told = sentences(source.text) or [" ".join(source.text.split())]
    chosen: list[str] = []
    for sentence in sorted(told, key=lambda sentence: -overlap(sentence, wanted)):
        if not chosen or (overlap(sentence, wanted) >= ENOUGH and len(" ".join([*chosen, sentence])) <= QUOTE):
            chosen.append(sentence)
    text = " ".join(sentence for sentence in told if sentence in chosen)
    return text if len(text) <= QUOTE else f"{text[: QUOTE - 1].rstrip()}…"


def _once(removed: list[Removed]) -> list[Removed]:
    """Each removed text once, clipped."""
    by_text = {normal(item.text): item for item in reversed(removed)}
    return [Removed(text=clip_words(item.text, 40), why=item.why) for item in reversed(by_text.values())]
