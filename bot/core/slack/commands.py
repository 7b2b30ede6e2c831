"""The slash commands as data: what each reports, and the words Slack shows beside it; no handling."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """`kind` is the kind of report it makes (None: Inkling finds out); `example` follows it in a hint."""

    name: str
    kind: str | None
    description: str
    example: str


COMMANDS = {
    command.name: command
    for command in (
        Command("/inkling", None, "Report anything", "the export button does nothing for archived projects"),
        Command("/bug", "bug", "Report something broken", "the export button does nothing for archived projects"),
        Command("/idea", "idea", "Suggest something", "let me export only the projects I starred"),
        Command("/feedback", "feedback", "Say what works or does not", "finding the export takes me too many clicks"),
    )
}
