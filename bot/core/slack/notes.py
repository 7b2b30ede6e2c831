"""The small things Inkling says: the first word on a command, a hint, what became of a shortcut, a thread's root."""

from collections.abc import Sequence
from datetime import timedelta

from bot.core.slack.blocks import Part, Rendered, Span, fit, rich, words
from bot.core.slack.commands import COMMANDS
from bot.core.slack.text import brief, safe

COMMAND_HEARD = "On it. It goes on in a thread here, or in a direct message."
ANSWERS_EMPTY = "Answer at least one, or close this. What you leave empty stays open."
ANSWER_EMPTY = "Write a word or two, or close this and choose “Don't know”."
# What one may ask by a click: it is sent as it stands, so each must be an inquiry and no report.
PROMPTS_TITLE = "Tell me what happened, or ask"
PROMPTS = (
    ("What became of my reports?", "What became of my reports?"),
    ("Any news on my last report?", "Is there any news on my last report?"),
    ("What have I reported this month?", "What have I reported this month?"),
)
MODAL_FAILED = "Slack did not open the form in time. Click again, or answer in the thread."
REPORT_EMPTY = "Write a sentence about what happened or what you need."
FORM_FAILED = "Slack did not open the form in time."
FORM_FAILED_EVERYWHERE = f"{FORM_FAILED} Write to me here what happened; that works just as well."
OURS = "That message is mine. Use the shortcut on what somebody wrote, and I'll take it from there."
NOTHING_READ = "There are no words in that message that I can read. Say in its thread what it is about, and try again."

REVIEW_FORM_FAILED = "Slack did not open the form in time. Click again, or open the draft at the desk."
KEPT_HERE = "What you wrote is still here; copy it before you close this."


def command_hint(name: str) -> str:
    """What a command without text answers."""
    return f"Say what happened in the same line, for example: `{name} {COMMANDS[name].example}`"


def form_failed(name: str) -> str:
    """What somebody reads whose command was to open a form that did not open."""
    return f"{FORM_FAILED} {command_hint(name)}"


def known_already(standings: Sequence[str]) -> str:
    """What somebody reads who makes a ticket of what is a report already."""
    outside = [brief(standing, 300).rstrip(". ") for standing in standings]
    if len(outside) > 1:
        return safe(f"This is looked after already. {len(outside)} tickets came of it: {'; '.join(outside)}.")
    return safe(f"This is looked after already. It is {outside[0]}." if outside else "This is looked after already.")


def absent(channel: str) -> str:
    """What somebody reads who makes a ticket where we are no member."""
    return safe(
        f"I'm not a member of {brief(channel, 80)}, so I know only this one message. "
        "It goes on in a direct message between us."
    )


def mention_hint() -> Rendered:
    """What a mention without text answers."""
    example = COMMANDS["/inkling"].example
    line: list[Part] = [
        Span("Say what happened in the same message, for example: "),
        Span(example, "italic"),
        Span(". Or mention me in a thread, and I read all of it."),
    ]
    return Rendered(words(line), [rich(line)])


def reminder(still: int, left: timedelta) -> Rendered:
    """The one reminder of a round: how many questions are open, and what happens without an answer."""
    what = "One question above is" if still == 1 else f"{still} questions above are"
    hours = max(round(left.total_seconds() / 3600), 1)
    line: list[Part] = [
        Span(f"{what} still open. A click or a word is enough; else I write it up without "),
        Span("in an hour." if hours == 1 else f"in {hours} hours."),
    ]
    return Rendered(words(line), [rich(line)])


def whisper(sentence: str) -> Rendered:
    """A sentence for one person alone."""
    line = [Span(sentence)]
    return Rendered(words(line), [rich(line)])


def answered_already(ending: str) -> str:
    """What somebody reads who answers a question that is closed."""
    return f"This question is closed already. {ending}"


def command_root(reporter: str, kind: str | None, text: str, *, absent_from: str = "", author: str = "") -> Rendered:
    """The message that the thread of a command, a form or a shortcut hangs on.

    `absent_from` names the channel where we are no member; `author` wrote what the reporter points at.
    """

    def build(room: int) -> Rendered:
        noun = {"bug": "a bug", "idea": "an idea"}.get(kind or "", "feedback" if kind else "this")
        said: list[Part] = [Span(f" reports {noun}:")]
        if author:
            said = [Span(" makes a ticket of what "), Span(brief(author, 80), "bold"), Span(" wrote:")]
        lines: list[list[Part]] = [[Span(brief(reporter, 80), "bold"), *said]]
        if absent_from:
            place = brief(absent_from, 80)
            lines.insert(0, [Span(f"I'm not a member of {place}, so this goes on here.")])
        quote = brief(text, room)
        return Rendered(words(*lines, quote=quote), [*map(rich, lines[:-1]), rich(lines[-1], quote)])

    return fit(build)
