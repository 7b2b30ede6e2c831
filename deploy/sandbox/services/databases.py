"""Quick databases for tests: one template, prepared once, and copies of it; for servers that hold throwaway data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from deploy.sandbox.services.owner import Services


def url_of(services: Services, name: str) -> str:
    """The SQLAlchemy URL of database `name` on this server."""
    return make_url(services.database_url).set(database=name).render_as_string(hide_password=False)


def make_template(services: Services, name: str, prepare: Callable[[str], None]) -> str:
    """Create database `name`, let `prepare(url)` fill it, and close it to visitors; returns `name`."""
    execute(services, "create database {}", name)
    prepare(url_of(services, name))
    # Copying needs a template without sessions; a pool that `prepare` left open must not fail the tests that follow.
    execute(services, "alter database {} with is_template true allow_connections false", name)
    with admin(services) as connection:
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
    return name


def fresh_database(services: Services, name: str, template: str) -> str:
    """Create database `name` as a copy of `template`; returns its SQLAlchemy URL."""
    execute(services, "create database {} template {} strategy file_copy", name, template)
    return url_of(services, name)


def drop_database(services: Services, name: str) -> None:
    """Drop database `name`, ending sessions that are still on it; no error when there is none."""
    execute(services, "drop database if exists {} with (force)", name)


def execute(services: Services, statement: LiteralString, *names: str) -> None:
    """Run `statement` with database names in its braces."""
    with admin(services) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def admin(services: Services) -> Iterator[psycopg.Connection]:
    """A session on the server's own database, where other databases are made and dropped."""
    plain = make_url(url_of(services, "postgres")).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as connection:
        yield connection
