"""Two hundred reports at once in twenty channels: Slack's limits are kept, and each is answered once."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy

from deploy.sandbox.services import Services
from tests.support.http import eventually
from tests.support.stack import Stack, stack_on

REPORTS, CHANNELS = 200, 20
PEOPLE = ("csm-north", "csm-south", "support-lead")


def seed() -> dict[str, Any]:
    """A workspace with many channels."""
    names = [f"team-{number:02d}" for number in range(CHANNELS)]
    return {
        "channels": [
            {"id": f"C0TEAM{number:02d}", "name": name, "members": [*PEOPLE, "inkling"]}
            for number, name in enumerate(names)
        ]
        + [{"id": "C0REVIEW", "name": "product-review", "members": ["support-lead", "inkling"]}]
    }


def statuses(stack: Stack, roots: list[tuple[str, str]]) -> list[int]:
    """How many status messages each report has: messages of ours in its thread that ask nothing."""
    found: Counter[tuple[str, str]] = Counter()
    for channel in sorted({channel for channel, _ in roots}):
        for message in stack.control("GET", f"messages?channel={channel}")["messages"]:
            if message.get("bot_id") and "inkling.answer" not in json.dumps(message.get("blocks")):
                found[channel, message.get("thread_ts", "")] += 1
    return [found[root] for root in roots]


def test_two_hundred_reports_at_once(servers: Services, database: str, redis_url: str) -> None:
    """Real workers, no model: every report has its status, none has two, and Slack never has to say 429."""
    with stack_on(servers, database, seed=seed()) as stack:
        stack.start()
        stack.control("POST", "config", {"rate_limits": True})
        started = time.monotonic()
        places = [(PEOPLE[n % 3], f"team-{n % CHANNELS:02d}", f"@inkling door {n} is shut") for n in range(REPORTS)]
        with ThreadPoolExecutor(20) as hands:
            said = list(hands.map(lambda place: (place[1], stack.say(*place)), places))
        arrived = time.monotonic() - started
        eventually(lambda: min(statuses(stack, said)) > 0, within=240, every=1)
        answered = time.monotonic() - started
        calls = stack.control("GET", "calls")["calls"]
        refused = [call["method"] for call in calls if call["status"] == 429]
        engine = sqlalchemy.create_engine(database)
        with engine.connect() as connection:
            reports = connection.execute(sqlalchemy.text("select count(*) from reports")).scalar()
            dead = connection.execute(sqlalchemy.text("select count(*) from outbox where state = 'dead'")).scalar()
        engine.dispose()
        print(f"\n{REPORTS} said in {arrived:.1f} s, the last status after {answered:.1f} s, 429: {Counter(refused)}")
        print(f"calls: {dict(Counter(call['method'] for call in calls))}")
        assert set(statuses(stack, said)) == {1}
        assert (reports, dead) == (REPORTS, 0)
        assert refused == []
