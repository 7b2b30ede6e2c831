"""`inkling user`: who may sign in; links and tokens are printed once and kept only as hashes."""

import click

from bot.core import access
from bot.core.db import transaction
from bot.core.settings import settings


@click.group
def command() -> None:
    """Add people, print sign-in links and tokens."""


@command.command
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["reporter", "reviewer", "admin"]),
    default="reviewer",
    show_default=True,
    help="Rights.",
)
def add(name: str, role: str) -> None:
    """Add NAME (or change the role) and print a link that signs them in once, within a week."""
    with transaction() as session:
        token = access.issue_link(session, access.add_person(session, name, role))
    click.echo(f"{settings().url}/sign-in/{token}")


@command.command
@click.argument("name")
def token(name: str) -> None:
    """Print a bearer token for /api/v1, and nothing else."""
    with transaction() as session:
        issued = access.issue_api_token(session, name)
    click.echo(issued)
