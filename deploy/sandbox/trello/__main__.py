"""`python -m deploy.sandbox.trello`: the Trello sandbox on this machine."""

import argparse
from pathlib import Path

from .config import Config
from .server import run


def main() -> None:
    """Read the flags and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.trello", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--state", type=Path, required=True, help="file that keeps the boards between starts")
    parser.add_argument("--key", required=True, help="the API key clients must send")
    parser.add_argument("--secret", required=True, help="the app secret that signs webhooks and OAuth requests")
    parser.add_argument("--token", required=True, help="the token clients must send")
    parser.add_argument("--seed", type=Path, help="what an empty sandbox starts with (default: Roomquill's board)")
    args = parser.parse_args()
    try:
        run(Config(args.key, args.secret, args.token, args.state, args.seed), args.port)
    except (OSError, ValueError) as error:
        parser.exit(1, f"trello sandbox: {error}\n")


if __name__ == "__main__":
    main()
