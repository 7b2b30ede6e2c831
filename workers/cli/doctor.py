"""`inkling doctor`: looks at every connection and says, in sentences, what to fix."""

import sys
from collections.abc import Callable

import click
import redis
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.core.db import engine, transaction
from bot.core.errors import InklingError
from bot.core.models import Person, Problem
from bot.core.outbox.due import alive
from bot.core.settings import settings
from migrations import config
from workers import llm, trello
from workers.chain import priority
from workers.notify.doctor import check as check_slack
from workers.retrieval import embedding


def _database() -> list[str]:
    try:
        with engine().connect() as connection:
            vector = connection.execute(text("select 1 from pg_available_extensions where name = 'vector'")).first()
            present = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return [f"The database cannot be reached ({reason}). Check DATABASE_URL."]
    found = [] if vector else ["Postgres lacks pgvector: install it on the server (the extension is called vector)."]
    newest = ScriptDirectory.from_config(config()).get_current_head()
    return found if present == newest else [*found, "The database is not up to date: run `inkling migrate`."]


def _redis() -> list[str]:
    if not settings().redis_url:
        return ["REDIS_URL is not set."]
    try:
        redis.Redis.from_url(settings().redis_url, socket_timeout=3, socket_connect_timeout=3).ping()
    except (redis.RedisError, ValueError) as error:
        return [f"Redis cannot be reached ({error}). Check REDIS_URL."]
    return []


def _people() -> list[str]:
    with transaction() as session:
        reviewer = session.scalars(select(Person).where(Person.role != "reporter", Person.active).limit(1)).first()
        worker = session.scalars(alive().limit(1)).first()
        problems = list(session.scalars(select(Problem.sentence).order_by(Problem.since)))
    found = [] if reviewer else ["Nobody may approve drafts yet: inkling user add NAME --role reviewer"]
    return (
        found + ([] if worker else ["No worker has been seen: start `inkling worker` and `inkling beat`."]) + problems
    )


def _model() -> list[str]:
    if not settings().has_model:
        click.echo("     No model is configured: drafts are made of quotations (OPENAI_BASE_URL, OPENAI_API_KEY).")
        return []
    sentence = llm.check()
    return [sentence] if sentence else []


def _embedder() -> list[str]:
    sentence, works = embedding.check()
    if not works:
        return [sentence]
    click.echo(f"     {sentence}")
    return []


def _priority() -> list[str]:
    priority.rules()
    return []


PARTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("Database", _database),
    ("Redis", _redis),
    ("Slack", check_slack),
    ("Trello", trello.check),
    ("Model", _model),
    ("Embedder", _embedder),
    ("Priority rules", _priority),
    ("People and work", _people),
)


@click.command
def command() -> None:
    """Check every connection and say what to fix; exits 1 when something is."""
    bad = False
    for name, check in PARTS:
        try:
            sentences = check()
        except InklingError as error:
            sentences = [error.message]
        except SQLAlchemyError:
            sentences = ["cannot be looked at without the database."]
        bad = bad or bool(sentences)
        click.echo(f"{'fix ' if sentences else 'ok  '} {name}")
        for sentence in sentences:
            click.echo(f"       {sentence}")
    sys.exit(1 if bad else 0)
