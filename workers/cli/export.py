"""`inkling export`: approved drafts as training data."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.core.db import transaction
from bot.core.errors import Invalid
from bot.core.tickets.content import KINDS
from workers.learning.pairs import Pairs


@click.command
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only tickets approved on this day (UTC) or later.")
@click.option("--kind", type=click.Choice(KINDS), help="Only this kind of ticket.")
def command(file: Path, since: datetime | None, kind: str | None) -> None:
    """Write each approved draft to FILE as a chat of system, user and assistant, one JSON object a line.

    The user's part is what the draft step sends, the assistant's the text that people approved. Secrets and personal
    data are masked in both.
    """
    day = since.replace(tzinfo=UTC) if since else None
    try:
        with transaction() as session, file.open("w", encoding="utf-8") as target:
            pairs = Pairs(session)
            target.writelines(f"{line}\n" for line in pairs.lines(day, kind or ""))
    except OSError as error:
        raise Invalid(f"{file} cannot be written ({error.strerror}).") from None
    click.echo(f"{pairs.written} pairs written to {file}.")
    for reason, count in pairs.left_out.items():
        click.echo(f"{count} left out: {reason}.")
