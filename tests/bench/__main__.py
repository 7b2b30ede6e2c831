"""Runs every measurement, prints one table and writes var/bench.json."""

import json
import tempfile
import time
from pathlib import Path

from deploy.sandbox.services import services
from tests.bench.acknowledge import RATE, Times, acknowledge
from tests.support.http import eventually
from tests.support.stack import Stack, stack_on

OUT = Path("var/bench.json")


def first_answer(stack: Stack) -> float:
    """Seconds from a mention to the first message of ours in its thread."""
    began = time.monotonic()
    root = stack.say("csm-north", "customers", "@inkling the export of Tallow & Finch fails on row 17")
    eventually(lambda: stack.ours("customers", root), within=20, every=0.02)
    return time.monotonic() - began


def summary(times: Times) -> dict[str, float]:
    """What is worth knowing of a series."""
    return {
        "events_per_second": RATE,
        "p50_ms": round(times.at(0.5), 1),
        "p99_ms": round(times.at(0.99), 1),
        "max_ms": round(max(times.took), 1),
        "refused": times.refused,
    }


def main() -> None:
    """Measure on embedded services."""
    with (
        tempfile.TemporaryDirectory() as folder,
        services(Path(folder)) as running,
        stack_on(running, running.database_url, ("model",)) as stack,
    ):
        stack.start()
        quiet = [first_answer(stack) for _ in range(5)]
        usual = acknowledge(stack, every=25)
        busy = [first_answer(stack) for _ in range(3)]
        # Last, since a thousand reports keep the workers busy for long.
        flood = acknowledge(stack, every=1)
    figures = {
        "acknowledge": summary(usual),
        "acknowledge_mentions_only": summary(flood),
        "first_answer": {"max_of_5_s": round(max(quiet), 2), "max_of_3_while_busy_s": round(max(busy), 2)},
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n")
    for group, values in figures.items():
        for name, value in values.items():
            print(f"{group:26} {name:22} {value}")


if __name__ == "__main__":
    main()
