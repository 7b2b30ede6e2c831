"""`python -m deploy.sandbox.model fetch|embedder|serve|try|scripted`: the embedded models, and a scripted stand-in."""

import argparse
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from deploy.sandbox.model.fetch import fetch, fetch_embedder
from deploy.sandbox.model.lifeline import end_with_parent
from deploy.sandbox.model.parts import ModelError
from deploy.sandbox.model.scripted import Options, run
from deploy.sandbox.model.serve import serve
from deploy.sandbox.model.smoke import smoke

NOT_HAD = 3
STOPPED = 130
WITHOUT = {
    "model": ("The embedded model", "with quotations only"),
    "embedder": ("The embedder", "and finds by words alone"),
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m deploy.sandbox.model", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    command = commands.add_parser("fetch", help="get the embedded model (1.1 GB) once and print its path")
    command.add_argument("--var", type=Path, required=True, help="folder to keep it in")
    command = commands.add_parser("embedder", help="get the embedder (105 MB) once and print its folder")
    command.add_argument("--var", type=Path, required=True, help="folder for its two files: see INKLING_EMBEDDER")
    command = commands.add_parser("serve", help="serve a GGUF model; prints its address when loaded")
    command.add_argument("--model", type=Path, required=True)
    command.add_argument("--port", type=int, required=True)
    command.add_argument("--threads", type=int, default=0, help="1 is faster on a machine that is busy anyway")
    command = commands.add_parser("try", help="serve a GGUF model, ask it one question and print the times")
    command.add_argument("--model", type=Path, required=True)
    command = commands.add_parser("scripted", help="serve scripted replies; prints its address when ready")
    command.add_argument("--port", type=int, default=0, help="0 picks a free one")
    command.add_argument("--script", type=Path, help="JSON list of turns to queue at the start")
    command.add_argument("--latency-ms", type=int, default=0, help="added to every answer")
    command.add_argument("--strict-fields", action="store_true", help="refuse request fields that OpenAI does not know")
    command.add_argument("--require-key", default="", metavar="KEY", help="answer 401 to any other bearer key")
    return top


def main() -> int:
    """Run one command, no longer than its parent lives; 3 with a sentence when the model cannot be had."""
    options = parser().parse_args()
    end_with_parent()
    try:
        if options.command == "scripted":
            return scripted(options)
        if options.command in ("fetch", "embedder"):
            # An exit, unlike a bare death, takes a running pip with it.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
            get = fetch if options.command == "fetch" else fetch_embedder
            print(get(options.var, lambda text: print(text, file=sys.stderr, flush=True)))
        elif options.command == "serve":
            serve(options.model, options.port, options.threads)
        else:
            print(json.dumps(asdict(smoke(options.model)), indent=2))
    except (ModelError, OSError) as error:
        what, without = WITHOUT["embedder" if options.command == "embedder" else "model"]
        print(f"{what} could not be had: {error}. Inkling works without it, {without}.", file=sys.stderr)
        return NOT_HAD
    except KeyboardInterrupt:
        return STOPPED
    return 0


def scripted(options: argparse.Namespace) -> int:
    """Serve scripted replies; 1 with a sentence when the script or the port is no good."""
    try:
        turns = json.loads(options.script.read_text()) if options.script else []
        run(Options(options.port, turns, options.latency_ms / 1000, options.strict_fields, options.require_key))
    except (OSError, ValueError) as error:
        print(f"The scripted model could not start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
