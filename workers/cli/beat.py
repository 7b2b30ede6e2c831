"""`inkling beat`: the relay and the timetable; several may run, one leads."""

import signal
import threading

import click

from bot.core import log
from bot.core.errors import ConfigurationError
from bot.core.settings import settings
from workers import relay
from workers.app import TASK, app


@click.command
def command() -> None:
    """Relay the outbox to the workers and keep the timetable, until stopped."""
    log.configure()
    for name in ("database_url", "redis_url"):
        if not getattr(settings(), name):
            raise ConfigurationError(f"{name.upper()} is not set; `make demo` needs none, a real relay needs both.")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    click.echo("Relay and timetable: running")
    relay.run(app, TASK, stop)
