"""Workers killed with SIGKILL at random moments: every report still ends with one ticket and one card, said once."""

import random
import re
import time
from collections import Counter
from typing import Any

from deploy.sandbox.services import Services
from tests.support.http import eventually
from tests.support.stack import Stack, kill, stack_on

REPORTS = 10
KILLS = 10
TEXT = "On the door panel of Heron booking {number} was confirmed twice for 10:00, client waited in the corridor."


def messages(stack: Stack) -> list[dict[str, Any]]:
    """Everything Inkling wrote in #customers, threads included."""
    roots = stack.control("GET", "messages?channel=customers")["messages"]
    return [message for root in roots for message in stack.ours("customers", root["ts"])]


def test_ten_kills_over_ten_reports(servers: Services, database: str, redis_url: str) -> None:
    """Ten kills at random moments over ten reports: ten tickets, ten cards, no message said twice."""
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    moments = random.Random(seed)
    with stack_on(servers, database, ("model",)) as stack:
        stack.env["INKLING_ANSWER_WAIT"] = "5s"
        prepare(stack)
        worker = stack.start_worker()
        roots = [stack.say("csm-north", "customers", f"@inkling {TEXT.format(number=n)}") for n in range(REPORTS)]
        approved: set[int] = set()
        for _ in range(KILLS):
            until = time.monotonic() + moments.uniform(0.5, 8)
            while time.monotonic() < until:
                approve_what_waits(stack, approved)
                time.sleep(0.3)
            kill(worker)
            worker = stack.start_worker()
        try:
            eventually(lambda: approve_what_waits(stack, approved), within=180, every=0.5)
            eventually(lambda: all(ticket["state"] == "on_board" for ticket in stack.tickets()), within=120, every=0.5)
            time.sleep(2)
            assert len(stack.tickets()) == REPORTS
            refs = Counter(re.search(r"ref: (\S+)", card["desc"])[1] for card in stack.cards())  # type: ignore[index]
            assert len(refs) == REPORTS
            assert set(refs.values()) == {1}
            for root in roots:
                said = Counter(message["text"] for message in stack.ours("customers", root))
                assert max(said.values()) == 1, said
                assert len(said) <= 3, said
        finally:
            kill(worker)


def prepare(stack: Stack) -> None:
    """Web and relay; the worker is the one to be killed."""
    stack.cli("migrate")
    for name in ("web", "beat"):
        stack.family.start(name, "workers.cli", [name], stack.env)
    eventually(lambda: stack._up(f"{stack.url}/healthz"))


def approve_what_waits(stack: Stack, approved: set[int]) -> bool:
    """The PM approves every draft in review; whether all reports are approved by now."""
    for ticket in stack.tickets("in_review"):
        if ticket["id"] not in approved and stack.api("POST", f"tickets/{ticket['id']}/approve")[0] == 200:
            approved.add(ticket["id"])
    return len(approved) == REPORTS
