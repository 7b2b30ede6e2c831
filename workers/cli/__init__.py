"""The `inkling` command: one group a file; errors are sentences and exit with 1."""

import sys
from importlib import import_module

import click

from bot.core.errors import InklingError

COMMANDS = {
    "web": "Serve Slack, the desk, the API and the webhooks.",
    "worker": "Do the work: chain, Slack, Trello.",
    "beat": "Relay the outbox and keep the timetable.",
    "demo": "Run everything on this machine, without accounts.",
    "migrate": "Bring the database up to date.",
    "doctor": "Check every connection and say what to fix.",
    "ingest": "Take in what the company already knows.",
    "eval": "Play a dataset of reports and say how good the tickets are.",
    "export": "Write approved drafts as training data (chat JSONL).",
    "audit": "Check or export the audit trail.",
    "user": "Add people, print sign-in links and tokens.",
}


class _Lazy(click.Group):
    """Imports only the command that was asked for, so that each starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks with a context
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"workers.cli.{cmd_name}").command
        command.name = cmd_name
        command.help = command.help or COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="inkling")
def group() -> None:
    """Inkling, the senior developer who writes the tickets."""


def main() -> None:
    """Run the command; what a person can fix is said in a sentence, without a trace."""
    try:
        group()
    except InklingError as error:
        sys.exit(f"inkling: {error.message}")
