"""The small things Inkling says: the first word on a command, a hint, the root of a command's thread."""

from datetime import timedelta

from bot.core.slack.blocks import Part, Rendered, Span, fit, rich, words
from bot.core.slack.commands import COMMANDS
from bot.core.slack.text import brief

COMMAND_HEARD = "On it. It goes on in a thread here, or in a direct message."
ANSWER_EMPTY = "Write a word or two, or close this and choose “Don't know”."
# What one may ask by a click: it is sent as it stands, so each must be an inquiry and no report.
PROMPTS_TITLE = "Tell me what happened, or ask"
PROMPTS = (
    ("What became of my reports?", "What became of my reports?"),
    ("Any news on my last report?", "Is there any news on my last report?"),
    ("What have I reported this month?", "What have I reported this month?"),
)
MODAL_FAILED = "Slack did not open the form in time. Click again, or answer in the thread."


def command_hint(name: str) -> str:
    """What a command without text answers."""
    return f"Say what happened in the same line, for example: `{name} {COMMANDS[name].example}`"


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


def answered_already(ending: str) -> str:
    """What somebody reads who answers a question that is closed."""
    return f"This question is closed already. {ending}"


def command_root(reporter: str, kind: str | None, text: str, *, absent_from: str = "") -> Rendered:
    """The message a command's thread hangs on; `absent_from` names the channel where we are no member."""

    def build(room: int) -> Rendered:
        noun = {"bug": "a bug", "idea": "an idea"}.get(kind or "", "feedback" if kind else "this")
        lines: list[list[Part]] = [[Span(brief(reporter, 80), "bold"), Span(f" reports {noun}:")]]
        if absent_from:
            place = brief(absent_from, 80)
            lines.insert(0, [Span(f"I'm not a member of {place}, so this goes on here.")])
        quote = brief(text, room)
        return Rendered(words(*lines, quote=quote), [*map(rich, lines[:-1]), rich(lines[-1], quote)])

    return fit(build)
