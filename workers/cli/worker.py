"""`inkling worker`: one Celery worker per queue, so that slow work never holds up what a person waits for."""

import os
import sys
from importlib import import_module

import click

from bot.core import log
from bot.core.errors import ConfigurationError
from bot.core.outbox.topics import QUEUES
from bot.core.settings import settings
from workers.process import Supervisor

_QUEUES = tuple(dict.fromkeys(QUEUES.values()))


def _celery(queue: str) -> list[str]:
    options = [
        "--queues",
        queue,
        "--hostname",
        f"{queue}-{os.getpid()}@%h",
        "--concurrency",
        str(settings().inkling_workers),
    ]
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [sys.executable, "-m", "celery", "--app", "workers.app", "--quiet", "worker", *options, *quiet]


@click.command
@click.option("--queue", "queues", multiple=True, type=click.Choice(_QUEUES), help="Only these queues; default: all.")
def command(queues: tuple[str, ...]) -> None:
    """Do the work until stopped: `chat` what a person waits for, `chain` model work, `delivery` Trello."""
    log.configure()
    for name in ("database_url", "redis_url"):
        if not getattr(settings(), name):
            raise ConfigurationError(f"{name.upper()} is not set; `make demo` needs none, a real worker needs both.")
    if settings().inkling_priority_rules:
        # Imported only when there is something to check: the chain is heavy, and this process does none of it.
        import_module("workers.chain.priority").rules()
    # On a machine shared with the web process, Slack's three seconds go first.
    os.nice(5)
    journal = log.get("workers.cli")
    commands = {queue: _celery(queue) for queue in queues or _QUEUES}
    supervisor = Supervisor(commands, lambda name, status: journal.error("worker ended", queue=name, status=status))
    click.echo(f"Workers for {', '.join(commands)}: starting")
    sys.exit(supervisor.run())
