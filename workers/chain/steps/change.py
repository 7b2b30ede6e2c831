"""Change: what happened in the thread after the ticket was written, worked into its text line by line."""

import re
from collections.abc import Callable
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from bot.core.tickets.content import DraftContent, with_marks
from workers.chain.asking import OPEN
from workers.chain.context import Context, Made
from workers.chain.data import Field as Told
from workers.chain.data import Thread
from workers.chain.lines import Line, place_of
from workers.chain.news import News, Revision
from workers.chain.plain import SECTION
from workers.chain.quoting import block, fit, quote, unbarred
from workers.chain.revising import Revising
from workers.chain.rules import NEEDED, spoken, tells
from workers.chain.withdrawn import standing
from workers.chain.wording import CORRECTS, settles
from workers.chain.words import clip_words, content_words, normal, numbers, sentences

# Rules take up at most so many new sentences: more of them is a conversation for people.
MOST = 4
_POLITE = re.compile(
    r"^\W*(thanks?|thank you|thx|great|perfect|awesome|nice|cool|cheers|sounds good|looking forward|will do|no worries|"
    r"got it|makes sense|agreed|same here|good point|well done|any (news|updates?)|danke|super|merci|gracias)\b",
    re.IGNORECASE,
)
# Words that are no answer to anything, alone or with each other.
_EMPTY = content_words(
    "thanks thank thx great perfect awesome nice cool cheers ok okay okey good fine super wow yay yep yeah yup please "
    "sure exactly indeed agreed true right correct ditto welcome sorry done haha hehe lol oh ah hm hmm hi hey hello "
    "bump ping danke bitte genau klar ja gut merci oui gracias vale perfecto"
)
_OVER = re.compile(
    r"\b(false alarm|never ?mind|no ticket (is )?needed|works? (again|now)|(is|it's|got) (fixed|solved|resolved)|"
    r"not needed any ?more|no longer needed|hat sich erledigt)\b",
    re.IGNORECASE,
)
_GONE = "Every message of this report was deleted: is the ticket still wanted?"


class _Answer(BaseModel):
    """Shapes for models are ordered so that the first value of each choice does no harm."""

    model_config = ConfigDict(extra="forbid")


class Edit(_Answer):
    """One line that changes."""

    line: str = Field(description="the line's number such as L3, or title, or new")
    place: str = Field(description="where the line stands or shall stand")
    text: str = Field(description="the whole line as it shall be; empty to take it out")
    marks: list[str]
    because: str = Field(description="mark of the message that brings the change")


class ChangeAnswer(_Answer):
    """What a model says; nothing changes with an empty list."""

    kind: Literal["same", "bug", "idea", "feedback", "question"]
    edits: list[Edit]


def worth_reading(thread: Thread, news: News) -> bool:
    """Whether something was said that could change a ticket: thanks and signs of agreement alone cannot."""
    fresh = news.keys("new", "edited")
    said = [source for source in thread.said if (source.source, source.source_id) in fresh]
    return bool(news.keys("edited")) or any(not _small_talk(sentence) for _, sentence in spoken(said))


def by_model(made: Made, context: Context) -> Revision:
    """One call, whose every edit is held against the news; none at all for small talk."""
    revising, news = _begin(made)
    if not made.thread.messages:
        return _nothing_left(made, news)
    if worth_reading(made.thread, news):
        _ask(made, context, revising, news)
    revising.hold_up()
    _doubt(revising, _is_over, "says that this may be over: is the ticket still wanted?")
    return revising.finished(made.triage)


def by_rules(made: Made, _: Context) -> Revision:
    """Without a model: what went goes, and new sentences that tell something needed are quoted."""
    revising, news = _begin(made)
    if not made.thread.messages:
        return _nothing_left(made, news)
    revising.hold_up()
    new = news.keys("new")
    by_mark = {source.mark: (source.source, source.source_id) for source in made.thread.said}
    taken = 0
    for mark, sentence in _telling(made, revising):
        taken += _tell(revising, mark, sentence, fresh=by_mark[mark] in new)
        if taken == MOST:
            break
    _doubt(revising, _is_over, "says that this may be over: is the ticket still wanted?")
    # What a correction takes back rules cannot tell unless it is named, so the reviewer is sent to it.
    _doubt(revising, CORRECTS.search, "corrects something said before: does this still hold?")
    return revising.finished(made.triage)


def _begin(made: Made) -> tuple[Revising, News]:
    news, last = cast("News", made.part("news")), made.wish.last
    assert last is not None, "a change is held against a draft"
    return Revising(made.thread, last, news, made.learned), news


def _nothing_left(made: Made, news: News) -> Revision:
    """A thread without a message bears nothing out; whether that ends the ticket is for a person to say."""
    last = cast("DraftContent", made.wish.last)
    questions = [*last.open_questions, *([_GONE] if _GONE not in last.open_questions else [])]
    causes = [item.message_id for item in news.items]
    return Revision(content=last.model_copy(update={"open_questions": questions}), causes=causes)


def _is_over(text: str) -> bool:
    return any(settles(sentence, _OVER) for sentence in sentences(text))


def _doubt(revising: Revising, doubtful: Callable[[str], object], asks: str) -> None:
    """Ask about the new messages whose text is doubtful and that made no difference so far."""
    for source in revising.sources:
        message_id = revising.fresh[source.mark]
        if source.mark[0] == "m" and doubtful(source.text) and message_id not in revising.causes:
            revising.ask(f"Message {source.mark[1:]} {asks}")
            revising.causes.add(message_id)


# By rules.


def _small_talk(sentence: str) -> bool:
    """Whether it is only polite. One word may answer a question ("Firefox", "nobody"), also behind a "thanks"."""
    if numbers(sentence) or tells("environment", sentence):
        return False
    words = content_words(sentence)
    return words <= _EMPTY or (_POLITE.match(sentence) is not None and len(words) < 6)


def _telling(made: Made, revising: Revising) -> list[tuple[str, str]]:
    """Sentences written since that say something: no questions, no small talk, nothing taken back."""
    told = standing(spoken(revising.sources), made.thread.messages)
    return [
        (mark, sentence)
        for mark, sentence in told
        if not sentence.rstrip().endswith(("?", "？")) and not _small_talk(sentence)
    ]


def _tell(revising: Revising, mark: str, sentence: str, *, fresh: bool) -> bool:
    """Quote a sentence under the first field it tells, one that is asked for first; whether it was taken."""
    kind = revising.kind
    fields = [field for field in NEEDED[kind] if tells(field, sentence)]
    fields.sort(key=lambda field: not _asking(revising, field))
    if not fields:
        return False
    field = fields[0]
    asking = _asking(revising, field)
    words = content_words(sentence) - content_words(revising.lines.text())
    if not asking and (not fresh or len(words) < 3):
        return False
    place = place_of(SECTION[field])
    assert place is not None, "every field has its section"
    if not revising.tell(place, sentence, [], mark):
        return False
    for line in asking:
        revising.settle(line, mark)
    if field == ("expected_behavior" if kind == "bug" else "desired_outcome"):
        revising.tell("criteria", f"“{clip_words(sentence, 30)}”", [], mark)
    return True


def _asking(revising: Revising, field: Told) -> list[Line]:
    """The open questions about a field, in our words or as they were asked."""
    asked = [item.text for item in revising.thread.asked if item.field == field]
    starts = tuple(normal(text) for text in [OPEN[field], *asked])
    return [line for line in revising.lines.at("open_questions") if normal(line.said.text).startswith(starts)]


# By a model.


def _ask(made: Made, context: Context, revising: Revising, news: News) -> None:
    """Ask the model for edits and take over what the news bears out."""
    said, _ = fit(made.thread, context.rung)
    edited, shown = news.keys("edited"), list(revising.lines.all)
    happened = [
        f"[{source.mark}] {'was edited' if (source.source, source.source_id) in edited else 'is new'}"
        for source in revising.sources
    ]
    variables = {
        "thread": quote(said),
        "news": "\n".join(happened),
        "ticket": _ticket(revising, shown),
        "kind": revising.kind,
        "language": made.triage.language,
    }
    answer = context.ask("smart", "change/v1", variables, ChangeAnswer)
    for edit in answer.edits:
        _apply(revising, edit, shown)
    if answer.kind != "same":
        revising.rekind(answer.kind)


def _ticket(revising: Revising, shown: list[Line]) -> str:
    """The ticket line by line with the marks of today."""
    lines = [f"title: {revising.title}{' (by a person)' if 'title' in revising.last.own.fields else ''}"]
    for number, line in enumerate(shown, 1):
        said = line.said.model_copy(update={"marks": [m for m in revising.marks.today(line.said) if m[0] != "x"]})
        person = " (by a person)" if line.person else ""
        lines.append(f"L{number} {line.place}{person}: {with_marks(said)}")
    return block("\n".join(lines))


def _apply(revising: Revising, edit: Edit, shown: list[Line]) -> None:
    """Take over one edit as far as the news bears it out."""
    because = edit.because.strip("[] ")
    marks = [mark.strip("[] ") for mark in edit.marks]
    if because not in revising.fresh:
        return
    line, name = _line(edit.line, shown), edit.line.strip("[] ").casefold()
    if name == "title":
        revising.retitle(unbarred(edit.text))
    elif line is None:
        place = place_of(edit.place.strip())
        if name == "new" and place is not None:
            revising.tell(place, unbarred(edit.text), marks, because)
    elif any(one is line for one in revising.lines.all):
        if edit.text.strip():
            revising.replace(line, unbarred(edit.text), marks, because)
        else:
            revising.settle(line, because)


def _line(name: str, shown: list[Line]) -> Line | None:
    found = re.fullmatch(r"L?(\d{1,3})", name.strip("[] "), re.IGNORECASE)
    number = int(found[1]) if found else 0
    return shown[number - 1] if 0 < number <= len(shown) else None
