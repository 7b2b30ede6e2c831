"""The tour: one report from mention to card, played by people of the stand-ins and told in the terminal."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

from bot.core.tickets.content import SECTIONS
from deploy.sandbox.demo.desk import Desk
from deploy.sandbox.demo.run import Demo, say

T = TypeVar("T")
CHANNEL, REPORTER = "customers", "csm-north"
THREAD = (
    (
        REPORTER,
        "Brightwater Legal (Leeds) was double booked: two meetings in Heron at the same time, 10:00 to 11:00.",
    ),
    (REPORTER, "One was booked on the door panel and the other in the web app. Both people got a confirmation."),
    ("support-lead", "Do we have the two booking numbers?"),
    (REPORTER, "RQ-88120 and RQ-88121. The confirmations are 4 seconds apart."),
)
# What the reporter knows, with words of questions that it answers.
ANSWERS = (
    (("version", "browser", "device"), "Panel mode 2026.44 on the tablet, web 2026.44 in Edge."),
    (
        ("step", "reproduce"),
        "Book on the panel while it shows the orange cloud, and the same slot on the web. Not tried.",
    ),
    (("expect", "instead", "afterwards"), "The second booking is refused."),
    (("affect", "impact", "often"), "A client stood in the corridor. It happened once so far."),
    (("bother", "see", "actual", "happens"), "Both bookings were confirmed for the same room and time."),
)
# The embedded model may think for a while on two cores.
PATIENCE = 300.0


class TourError(Exception):
    """The tour did not get through; the message says where it stopped."""


def _ask(method: str, url: str, body: object = None, token: str = "") -> Any:  # noqa: ANN401 - JSON of any shape
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - the demo's own addresses
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise TourError(f"{method} {url} answered {error.code}: {error.read().decode()[:300]}") from error


def _until(what: str, look: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    end = time.monotonic() + seconds
    while (seen := look()) is None:
        if time.monotonic() > end:
            raise TourError(f"{what} did not come within {seconds:.0f} s.")
        time.sleep(0.3)
    return seen


def _answer_to(question: str) -> str:
    """What the reporter says to this question; "I don't know" is an answer too."""
    words = question.lower()
    return next((answer for hints, answer in ANSWERS if any(hint in words for hint in hints)), "I don't know")


class Tour:
    """One play; it clicks, types and reads only what a person could."""

    def __init__(self, demo: Demo) -> None:
        if not demo.slack or not demo.trello:
            raise TourError("The tour plays on the stand-ins; unset the SLACK_... and TRELLO_... variables for it.")
        self._demo = demo
        self._desk = Desk(demo.url, demo.link())
        self._token = demo.token("pm")
        self._answered: set[str] = set()

    def play(self) -> None:
        """From the first word to the card."""
        known = {ticket["id"] for ticket in self._api("tickets?limit=100")["items"]}
        root = self._report()
        ticket = _until("The ticket", lambda: self._new_ticket(known), 20)
        done = _until("The draft", lambda: self._answer_until_reviewed(root, ticket["id"]))
        self._show(done)
        say("\nThe PM presses Approve in the desk.")
        self._desk.approve(done["id"])
        landed = _until("The card", lambda: self._in_state(done["id"], "on_board"), 120)
        say(f"On the board: {landed['card_url']}")
        _until("The word in the thread", lambda: self._told(root, landed["card_url"]), 30)
        self._account(landed["id"])

    def _api(self, path: str) -> Any:  # noqa: ANN401 - JSON of any shape
        return _ask("GET", f"{self._demo.url}/api/v1/{path}", token=self._token)

    def _report(self) -> str:
        say(f"\nIn #{CHANNEL} on Slack:")
        root = ""
        for user, text in (*THREAD, (REPORTER, "@inkling can you write this up?")):
            body = {"user": user, "channel": CHANNEL, "text": text} | ({"thread_ts": root} if root else {})
            ts = str(_ask("POST", f"{self._demo.slack}/_control/say", body)["ts"])
            root = root or ts
            say(f"  {user}: {text}")
        return root

    def _thread(self, root: str) -> list[dict[str, Any]]:
        answer = _ask("GET", f"{self._demo.slack}/_control/messages?channel={CHANNEL}&thread_ts={root}")
        messages: list[dict[str, Any]] = answer["messages"]
        return messages

    def _new_ticket(self, known: set[int]) -> dict[str, Any] | None:
        return next((ticket for ticket in self._api("tickets?limit=100")["items"] if ticket["id"] not in known), None)

    def _in_state(self, ticket_id: int, state: str) -> dict[str, Any] | None:
        ticket: dict[str, Any] = self._api(f"tickets/{ticket_id}")
        if ticket["state"] == "needs_attention":
            raise TourError(f"The ticket waits for a person: {ticket['attention']}")
        return ticket if ticket["state"] == state else None

    def _answer_until_reviewed(self, root: str, ticket_id: int) -> dict[str, Any] | None:
        for message in self._thread(root):
            self._tell_apart(message)
            if message.get("bot_id") and message["ts"] not in self._answered and self._buttons(message):
                self._answered.add(message["ts"])
                self._reply(root, message)
        return self._in_state(ticket_id, "in_review")

    def _tell_apart(self, message: dict[str, Any]) -> None:
        """A tour that was played before looks the same: this one is about another booking."""
        for button in self._buttons(message, "inkling.match"):
            action = button["action_id"]
            if message.get("bot_id") and action.endswith(".no") and action not in self._answered:
                self._answered.add(action)
                body = {"user": REPORTER, "channel": CHANNEL, "ts": message["ts"], "action_id": action}
                _ask("POST", f"{self._demo.slack}/_control/click", body)
                say(f"  {message['text'].splitlines()[0]}\n  {REPORTER} clicks [{button['text']['text']}]")

    @staticmethod
    def _buttons(message: dict[str, Any], kind: str = "inkling.answer") -> list[dict[str, Any]]:
        elements = [element for block in message.get("blocks") or [] for element in block.get("elements", [])]
        return [element for element in elements if str(element.get("action_id", "")).startswith(kind)]

    def _reply(self, root: str, message: dict[str, Any]) -> None:
        """Click a suggested answer of the first question if there is one; answer the rest in one numbered reply."""
        say("\nInkling asks:")
        say("  " + message["text"].replace("\n", "\n  "))
        questions = [line.strip() for line in message["text"].splitlines() if line.strip()[:1].isdigit()]
        clicked = self._click_suggestion(message, questions[0])
        given = [
            (number, _answer_to(line)) for number, line in enumerate(questions, 1) if not (clicked and number == 1)
        ]
        if given:
            text = "\n".join(f"{number}. {answer}" for number, answer in given)
            body = {"user": REPORTER, "channel": CHANNEL, "text": text, "thread_ts": root}
            _ask("POST", f"{self._demo.slack}/_control/say", body)
            say("  " + f"{REPORTER}: {text}".replace("\n", "\n  "))

    def _click_suggestion(self, message: dict[str, Any], question: str) -> bool:
        """Click the first button that is an answer; False when the first question has none."""
        own_words = ("Something else", "Don", "Answer", "Only me")
        block = next(block for block in message["blocks"] if self._buttons({"blocks": [block]}))
        for button in self._buttons({"blocks": [block]}):
            label = button["text"]["text"]
            if not label.startswith(own_words):
                body = {"user": REPORTER, "channel": CHANNEL, "ts": message["ts"], "action_id": button["action_id"]}
                _ask("POST", f"{self._demo.slack}/_control/click", body)
                say(f"  {REPORTER} clicks [{label}] at: {question}")
                return True
        return False

    def _show(self, ticket: dict[str, Any]) -> None:
        content, rung = ticket["draft"]["content"], ticket["draft"]["rung"]
        say(f"\nDrafted ({rung}) and verified:")
        say(f"  {content['title']}\n  {content['kind']} · {content['priority']} proposed, {content['priority_reason']}")
        for name in SECTIONS:
            for statement in content["sections"].get(name, []):
                marks = f" [{', '.join(statement['marks'])}]" if statement["marks"] else ""
                say(f"  {name:12} {statement['text']}{marks}")
        for criterion in content["criteria"]:
            say(f"  [ ] {criterion['text']}")
        for question in content["open_questions"]:
            say(f"  open: {question}")
        for removed in content["removed"]:
            say(f"  removed: {removed['text'][:100]} ({removed['why']})")

    def _told(self, root: str, card_url: str) -> bool | None:
        for message in self._thread(root):
            if message.get("bot_id") and card_url in json.dumps(message):
                say(f"In the thread, Inkling says: {message['text']}")
                return True
        return None

    def _account(self, ticket_id: int) -> None:
        events = self._api(f"tickets/{ticket_id}/audit")["items"]
        say(f"\nThe trail has {len(events)} events: {', '.join(dict.fromkeys(event['action'] for event in events))}")
        run_ids = {event["after"]["run"] for event in events if "run" in event["after"]}
        calls = [step for run_id in run_ids for step in self._api(f"runs/{run_id}")["steps"]]
        spent = sum(float(step.get("cost_usd") or 0) for step in calls)
        tokens = sum(int(step.get("tokens") or 0) for step in calls)
        say(f"Spent: {tokens} tokens, {spent:.4f} USD.")


def play(demo: Demo) -> None:
    """Play it once; raises TourError with a sentence."""
    began = time.monotonic()
    Tour(demo).play()
    say(f"From mention to card in {time.monotonic() - began:.0f} s.")
