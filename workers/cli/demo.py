"""`inkling demo`: becomes the demo, which is part of the sources and not of the installed package."""

import os
import sys
from importlib.util import find_spec

import click

from bot.core.errors import ConfigurationError


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run everything on this machine, without accounts; --tour plays one report from mention to card."""
    if find_spec("deploy") is None or find_spec("deploy.sandbox") is None:
        raise ConfigurationError("The demo lives in the sources: clone the repository and run `make demo` there.")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "deploy.sandbox.demo", *arguments])  # noqa: S606 - our own module
