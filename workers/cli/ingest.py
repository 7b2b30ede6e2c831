"""`inkling ingest`: takes in what the company already knows."""

from pathlib import Path

import click

from workers.retrieval import ingest_docs


@click.group
def command() -> None:
    """Take in what the company already knows."""


@command.command
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def docs(path: Path) -> None:
    """Take in the Markdown documents below PATH; unchanged ones cost nothing, deleted ones disappear."""
    click.echo(ingest_docs(path))
