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
    help="Rights; new people are reviewers, others keep theirs.",
)
@click.option(
    "--slack",
    metavar="MEMBER_ID",
    help="Who they are in Slack, such as U012ABC, or T012ABC/U012ABC to name the workspace; they may decide there too. "
    "From then on they see this workspace's tickets only.",
)
def add(name: str, role: str | None, slack: str | None) -> None:
    """Add NAME (or change the role) and print a link that signs them in once, within a week."""
    with transaction() as session:
        person = access.add_person(session, name, role)
        if slack is not None:
            access.make_member(session, person, slack)
        token = access.issue_link(session, person)
    click.echo(f"{settings().url}/sign-in/{token}")


@command.command
@click.argument("name")
def remove(name: str) -> None:
    """Lock NAME out: sign-in links, sessions and tokens end at once; what they did stays."""
    with transaction() as session:
        access.remove_person(session, name)
    click.echo(f"{name} can no longer sign in. To let them in again: inkling user add {name}")


@command.command
@click.argument("name")
def token(name: str) -> None:
    """Print a bearer token for /api/v1, and nothing else."""
    with transaction() as session:
        issued = access.issue_api_token(session, name)
    click.echo(issued)
