"""`inkling ingest`: takes in what the company already knows, or looks again at what has changed there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bot.core.db import transaction
from bot.core.models import Source
from workers.retrieval.sources import add_source, refresh

# More problems than these are for the page of sources.
_SHOWN = 10


@click.group
def command() -> None:
    """Take in what the company already knows."""


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--name", default="", help="What to call it; otherwise the name of the folder or board."),
        click.option(
            "--audience",
            multiple=True,
            metavar="CHANNEL",
            help="Id of a Slack channel whose reports may use it; may be repeated. Without any: all may.",
        ),
        click.option("--everyone", is_flag=True, help="Let all reports use it again."),
    ):
        command = option(command)
    return command


_LINK = click.option("--link", metavar="PATTERN", help="Where it can be read, with {path}, {line} and {commit}.")


@command.command
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@_options
@_LINK
def docs(path: Path, **options: Any) -> None:  # noqa: ANN401 - handed on by name
    """Take in the documents at PATH: a Markdown, text, HTML, Word or PDF file, a folder of them, or a zip export.

    Unchanged ones cost nothing, deleted ones disappear.
    """
    _take_in("docs", str(path), **options)


@command.command
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_options
@_LINK
def code(path: Path, **options: Any) -> None:  # noqa: ANN401 - handed on by name
    """Take in the code at PATH: the last commit of a git repository, or a plain folder."""
    _take_in("code", str(path), **options)


@command.command
@click.argument("board")
@_options
def board(board: str, **options: Any) -> None:  # noqa: ANN401 - handed on by name
    """Take in the cards of BOARD on Trello (id, short link, address or name), archived ones too."""
    _take_in("board", board, link=None, **options)


def _take_in(
    kind: str, location: str, *, name: str, audience: tuple[str, ...], everyone: bool, link: str | None
) -> None:
    if everyone and audience:
        raise click.UsageError("--everyone and --audience contradict each other.")
    source_id = add_source(kind, location, name=name, audience=[] if everyone else list(audience) or None, link=link)
    with click.progressbar(length=1, label="Reading", show_pos=True) as bar:

        def say(seen: int, total: int) -> None:
            bar.length = total
            bar.update(seen - bar.pos)

        counts = refresh(source_id, say)
    click.echo(counts)
    with transaction() as session:
        problems = session.get_one(Source, source_id).problems
    for path, why in list(problems.items())[:_SHOWN]:
        click.echo(f"  {path}: {why}")
    if len(problems) > _SHOWN:
        click.echo(f"  ... and {len(problems) - _SHOWN} more that could not be read.")
