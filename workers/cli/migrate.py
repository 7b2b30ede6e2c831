"""`inkling migrate`: brings the database to the newest revision; safe to run twice or from two places at once."""

import click
from alembic import command as alembic
from sqlalchemy.exc import OperationalError

from bot.core.db import engine
from bot.core.errors import ConfigurationError
from migrations import config


@click.command
def command() -> None:
    """Bring the database up to date."""
    try:
        engine().connect().close()
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise ConfigurationError(f"The database cannot be reached ({reason}). Check DATABASE_URL.") from error
    alembic.upgrade(config(), "head")
    click.echo("The database is up to date.")
