"""`python -m deploy.sandbox.demo`: the demo until Ctrl-C, or one tour through it."""

import argparse
import signal
import sys
import time
from pathlib import Path

from bot.core.errors import InklingError
from deploy.sandbox.demo.family import StartError
from deploy.sandbox.demo.run import Demo, running, say
from deploy.sandbox.demo.tour import TourError, play
from deploy.sandbox.services import ServiceError

RUNGS = {
    "model": "a model server of yours",
    "basic": "the embedded model, called basic: good for a look, not for the last word",
    "none": "no model: quotations only, nothing invented",
}


def welcome(demo: Demo) -> None:
    """Where everything is and what to try."""
    say("")
    say(f"  The desk     {demo.link()}   (signs you in as pm, once)")
    say(f"  A Slack      {demo.slack or 'your workspace'}")
    say(f"  A Trello     {demo.trello or 'your board'}")
    say(f"  Drafts by    {RUNGS[demo.rung]}")
    say(f"  Logs, data   {demo.var}")
    say("")
    say("Try it: in Slack, open #customers, write what bothers you and mention @Inkling (or type /bug and a sentence).")
    say("Or let it take what is written already: react with :ticket:, or choose Make a ticket in a message's menu.")
    say("Answer its questions with a click, then approve the draft at the desk or, as pm, in #product-review.")
    say("Or ask: “@Inkling what do we know about exports?”, “@Inkling what happened to my request?”.")
    say("Ctrl-C ends everything; the data stays.")


def stay(demo: Demo) -> None:
    """Until Ctrl-C; says so when one of the processes ends on its own."""
    told = None
    while True:
        time.sleep(1)
        if (dead := demo.family.dead()) and dead != told:
            say(f"{dead} has ended; its log is {demo.var / 'log' / dead}.log. Ctrl-C and `make demo` start afresh.")
            told = dead


def main() -> int:
    """Run; every failure is a sentence and a non-zero exit."""
    parser = argparse.ArgumentParser(prog="inkling demo", description=__doc__)
    parser.add_argument("--var", type=Path, default=Path("var/demo"), help="folder for data and logs")
    parser.add_argument("--model", choices=("auto", "none"), default="auto", help="none: quotations only")
    parser.add_argument("--tour", action="store_true", help="play one report from mention to card, then end")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with running(options.var.resolve(), options.model) as demo:
            if options.tour:
                play(demo)
                return 0
            welcome(demo)
            stay(demo)
    except KeyboardInterrupt:
        say("\nEnded. The data stays for the next start.")
        return 0
    except (InklingError, ServiceError, StartError, TourError) as error:
        print(f"inkling demo: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
