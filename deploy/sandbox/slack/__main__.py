"""`python -m deploy.sandbox.slack`: one sandbox on one port, with its state in one file."""

import argparse
import json
from pathlib import Path

from .config import Config
from .server import Running


def main() -> None:
    """Read the command line and serve until stopped."""
    usual = Config()
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.slack", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 takes any free one")
    parser.add_argument("--state", type=Path, required=True, help="JSON file that keeps the workspace across restarts")
    parser.add_argument("--seed", type=Path, help="JSON with team, bot, users and channels for a fresh workspace")
    parser.add_argument("--manifest", type=Path, help="the app's manifest: its commands, shortcuts, events and scopes")
    parser.add_argument("--bot-token", default=usual.bot_token)
    parser.add_argument("--app-token", default=usual.app_token)
    parser.add_argument("--signing-secret", default=usual.signing_secret)
    parser.add_argument("--events-url", default="", help="where events, commands and clicks go; empty in Socket Mode")
    given = parser.parse_args()
    config = Config(
        state_file=given.state,
        bot_token=given.bot_token,
        app_token=given.app_token,
        signing_secret=given.signing_secret,
        events_url=given.events_url,
    )
    if given.seed:
        config.seed = {**config.seed, **json.loads(given.seed.read_text(encoding="utf-8"))}
    if given.manifest:
        config.install(json.loads(given.manifest.read_text(encoding="utf-8")))
    Running(config, given.port).serve()


if __name__ == "__main__":
    main()
