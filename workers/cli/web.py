"""`inkling web`: becomes the web process, which is started by name and never imported here."""

import os
import sys

import click


@click.command
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; INKLING_PORT is the port.")
def command(host: str) -> None:
    """Serve Slack, the desk, the API and the webhooks; prints its address once it serves."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "bot.app", "--host", host])  # noqa: S606 - our own module
