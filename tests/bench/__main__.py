"""Runs every measurement, prints one table and writes var/bench.json."""

import json
import os
import tempfile
import time
from pathlib import Path

from alembic import command

from deploy.sandbox.services import services
from migrations import config
from tests.bench.acknowledge import RATE, Times, acknowledge
from tests.bench.duplicates import RANKS, ranks, tracker
from tests.support.http import eventually
from tests.support.needs import needs_embedder
from tests.support.stack import Stack, stack_on

OUT = Path("var/bench.json")
# Public data beside the repository; nothing of it is in it.
HADOOP = Path("../shared/data/gitbugs-hadoop")


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


def found(folder: Path) -> dict[str, float]:
    """How often a duplicate is among the first, and how long looking for it takes, on an empty database."""
    asked = list(ranks(tracker(folder)))
    took = sorted(one.took for one in asked)
    hits = {most: sum(one.place is not None and one.place <= most for one in asked) for most in RANKS}
    shares = {f"recall@{most}": round(count / len(asked), 3) for most, count in hits.items()}
    hints = {"hints": sum(one.hint for one in asked), "hints_right": sum(one.hint and one.place == 1 for one in asked)}
    times = {"p50_ms": round(took[len(took) // 2], 1), "p95_ms": round(took[-4], 1)}
    return shares | {"asked": len(asked)} | hints | times


def duplicates() -> dict[str, dict[str, float]]:
    """The public tracker, where it is at hand."""
    if not HADOOP.exists():
        print(f"Duplicates are left out: {HADOOP} is not there.")
        return {}
    with tempfile.TemporaryDirectory() as folder, services(Path(folder)) as running:
        os.environ |= {"DATABASE_URL": running.database_url, "INKLING_EMBEDDER": needs_embedder()}
        command.upgrade(config(), "head")
        return {"hadoop": found(HADOOP)}


def main() -> None:
    """Measure on embedded services."""
    searched = duplicates()
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
    OUT.write_text(json.dumps(figures | {"duplicates": searched}, indent=2) + "\n")
    for group, values in (figures | searched).items():
        for name, value in values.items():
            print(f"{group:26} {name:22} {value}")


if __name__ == "__main__":
    main()
