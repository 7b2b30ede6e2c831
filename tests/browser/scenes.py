"""What the pictures show: reports of a made-up company, and what a good model would say to each; data alone.

The chain really runs over these: what is said here passes verification like any model's answer.
"""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
SECTIONS = ("summary", "why", "steps", "expected", "actual", "environment", "wanted", "decided", "where", "scope")
# A check that finds nothing to mend.
JUDGED: Json = {
    "verdicts": [
        {"criterion": name, "result": "passed", "quote": "", "reason": ""}
        for name in ("faithful", "complete", "one deliverable", "why", "testable", "scope", "readable")
    ]
}


@dataclass(frozen=True)
class Scene:
    """A thread, who says what in it, the model's answer to each step, and how many statements fail verification."""

    channel: str
    thread: tuple[tuple[str, str], ...]
    triage: Json
    gaps: Json
    draft: Json
    removed: int = 0


def triage(kind: str, area: str, **signs: str) -> Json:
    """A triage; a sign is written `value mark`, such as `affected="several m2"`."""
    parts = {
        name: (signs.get(name) or "unknown ").split(" ") for name in ("affected", "effect", "workaround", "stakes")
    }
    found = {name: {"value": value, "message": mark} for name, (value, mark) in parts.items()}
    return {"kind": kind, "language": "en", "area": area, **found}


def told(*found: tuple[str, str, str], ask: tuple[tuple[str, str, list[str]], ...] = ()) -> Json:
    """What is told (field, mark, words) and what is asked (field, question, suggestions)."""
    questions = [{"field": field, "text": text, "suggestions": offered, "reason": ""} for field, text, offered in ask]
    return {
        "told": [{"field": field, "where": mark, "quote": quote} for field, mark, quote in found],
        "questions": questions,
    }


def draft(title: str, *, criteria: list[str], open_questions: tuple[str, ...] = (), **sections: list[str]) -> Json:
    """A draft; statements carry their marks in brackets."""
    written = {name: _claims(sections.get(name, [])) for name in SECTIONS}
    return {"title": title, **written, "criteria": _claims(criteria), "open_questions": list(open_questions)}


def _claims(lines: list[str]) -> list[Json]:
    return [{"text": line, "marks": []} for line in lines]


DOUBLE_BOOKING = Scene(
    "customers",
    (
        (
            "csm-north",
            "Brightwater Legal (Leeds) had two meetings land in Heron at the same time this morning, 10:00 to 11:00. "
            "One was booked on a phone and the other on the web. Both people got a confirmation.",
        ),
        ("support-lead", "do we have the two booking numbers?"),
        ("csm-north", "RQ-88120 and RQ-88121. confirmations are 4 seconds apart"),
        ("backend-dev-1", "88120 came from a device account, that's the door panel, not a phone"),
        (
            "csm-north",
            "ok I was wrong then, she tapped it on the tablet at the door. There was a little orange cloud on it",
        ),
        ("support-lead", "orange cloud = offline. so panel offline + web"),
        ("csm-north", "one time only so far as they know. they had a client in the corridor though, not a good look"),
        ("csm-north", "@inkling can you write this up?"),
    ),
    triage("bug", "panel", affected="several m1", effect="blocked m1"),
    told(
        ("actual_behavior", "m1", "two meetings land in Heron at the same time"),
        ("impact", "m7", "they had a client in the corridor"),
        ask=(
            (
                "steps_to_reproduce",
                "Has anybody made it happen again with the panel offline?",
                ["Yes, it happens again", "No, not tried"],
            ),
            (
                "environment",
                "Which versions were the panel and the web app on?",
                ["Panel and web 2026.44", "Panel older than web"],
            ),
            (
                "expected_behavior",
                "What should become of the second booking?",
                ["It is refused", "It waits for the panel"],
            ),
        ),
    ),
    draft(
        "Door panel confirms a booking while offline; the slot is sold twice",
        summary=[
            "Two people at Brightwater Legal (Leeds) got a confirmation for Heron, 10:00 to 11:00, this morning [m1].",
            "RQ-88120 came from the door panel, the other from the web; confirmations are 4 seconds apart [m3, m4].",
            "The panel showed the orange cloud, that is, it was offline [m5, m6].",
        ],
        why=["A client stood in the corridor; it happened one time so far [m7]."],
        steps=[
            "Book a slot on the panel while it shows the orange cloud [q1].",
            "Book the same slot on the web before the panel reconnects [q1].",
        ],
        expected=["The second booking is refused [q3]."],
        actual=["Both people got a confirmation [m1]."],
        environment=["Panel mode and web 2026.44 [q2]."],
        where=["The panel keeps working for 10 minutes without network [d3]."],
        # Nobody said this, so verification takes it out and says so.
        scope=["All rooms in Leeds are affected [m1]."],
        criteria=[
            "With the panel offline, a slot booked on the panel and on the web ends with exactly one confirmation.",
            "The person whose booking is refused is told on the panel or the web, where they booked.",
            "A panel that is not offline confirms a booking as before.",
        ],
        open_questions=("Does a panel that is offline promise a confirmation, or only a request?",),
    ),
    removed=1,
)

PUSH = Scene(
    "customers",
    (
        (
            "csm-south",
            "We should send a push 5 min before the start: 'check in or lose your room'. So many lose their rooms.",
        ),
        ("backend-dev-1", "18 % of room bookings are auto-released at the three pilot customers. no idea for the rest"),
        ("support-lead", "5 min before people are still walking. at the start is better"),
        ("csm-south", "ok at the start. on for everyone?"),
        ("support-lead", "please off by default, we got shouted at for the last push"),
        ("csm-south", "off by default, app only. @inkling please take it from here"),
    ),
    triage("idea", "push", affected="several m2", effect="hindered m1"),
    told(
        ("desired_outcome", "m1", "We should send a push"),
        ("impact", "m2", "18 % of room bookings are auto-released"),
        ("environment", "m6", "app only"),
    ),
    draft(
        "Offer a push to check in when a room booking starts",
        summary=[
            "So many lose their rooms: 18 % of room bookings are auto-released at three pilot customers [m1, m2]."
        ],
        wanted=["A push at the start: check in or lose your room [m1, m3].", "Off by default [m5]."],
        decided=["At the start instead of 5 min before, since people are still walking [m3, m4]."],
        criteria=[
            "A person who has switched it on gets one push at the start of a room booking.",
            "Nobody gets a push by default.",
        ],
    ),
)

SLOW_START = Scene(
    "product",
    (
        ("csm-north", "monday mornings the app is a pain. everyone says so"),
        ("mobile-dev-1", "what is slow, starting, searching, booking?"),
        ("csm-north", "starting, before nine. booking is ok once you're in"),
        ("mobile-dev-1", "how long, and on wifi?"),
        (
            "csm-north",
            "timed it on an iphone: 22 sec, 25 sec, 20 sec around 8:45. tuesday 4 sec. both the same. "
            "people just sit anywhere",
        ),
        ("csm-north", "@inkling worth a ticket? it should start as on tuesdays"),
    ),
    triage("feedback", "app", affected="everyone m1", effect="hindered m5"),
    told(
        ("actual_behavior", "m5", "22 sec, 25 sec, 20 sec around 8:45"),
        ("impact", "m5", "people just sit anywhere"),
        ("expected_behavior", "m6", "it should start as on tuesdays"),
        ("steps_to_reproduce", "m3", "starting, before nine"),
        ("environment", "m5", "on an iphone"),
    ),
    draft(
        "App takes 20 to 25 sec to start on Monday mornings",
        summary=["Starting the app on Monday mornings took 22, 25 and 20 sec around 8:45; on Tuesday 4 sec [m1, m5]."],
        why=["People just sit anywhere [m5]."],
        wanted=["On Monday the app should start as on Tuesdays [m6]."],
        criteria=["On a Monday around 8:45 the app starts in about 4 sec."],
        open_questions=("What else is slow on Monday mornings?",),
    ),
)

EXPORT = Scene(
    "customers",
    (
        (
            "support-lead",
            "Utilisation export: half-day desk bookings are counted as full days. Example Tallow & Finch, desk 2-014 "
            "on 4 November: booked 08:00-12:00 only, the export says 8 h when I open it in the admin console on "
            "release 2026.44. It should say 4 h. Finance pays by these numbers, no way around it. @inkling",
        ),
    ),
    triage("bug", "export", affected="several m1", effect="hindered m1", workaround="no m1", stakes="money m1"),
    told(
        ("actual_behavior", "m1", "half-day desk bookings are counted as full days"),
        ("steps_to_reproduce", "m1", "when I open it in the admin console"),
        ("impact", "m1", "Finance pays by these numbers"),
        ("environment", "m1", "release 2026.44"),
        ("expected_behavior", "m1", "It should say 4 h"),
    ),
    draft(
        "Utilisation export counts half-day desk bookings as full days",
        summary=["The utilisation export says 8 h for desk 2-014 on 4 November, booked 08:00-12:00 only [m1]."],
        why=["Finance pays by these numbers [m1]."],
        expected=["It should say 4 h [m1]."],
        environment=["Release 2026.44 [m1]."],
        criteria=["A desk booked 08:00-12:00 counts as 4 h in the export."],
    ),
)

KEYS = Scene(
    "product",
    (
        (
            "pm",
            "API keys today can do everything the plan allows. Three Enterprise customers' security teams refuse "
            "to give our key to a badge vendor: it could cancel bookings. They want a key that can only read. "
            "API v2 only. @inkling",
        ),
    ),
    triage("idea", "API keys", affected="several m1", effect="blocked m1"),
    told(
        ("desired_outcome", "m1", "a key that can only read"),
        ("impact", "m1", "Three Enterprise customers' security teams refuse"),
        ("environment", "m1", "API v2 only"),
    ),
    draft(
        "Let Enterprise customers make an API key that can only read",
        summary=["API keys can do everything the plan allows [m1]."],
        why=["Three Enterprise customers' security teams refuse to give the key to a badge vendor [m1]."],
        wanted=["A key that can only read [m1]."],
        criteria=["A key that can only read cannot cancel bookings."],
    ),
)

# In the order of the thread list; the one that the pictures are about is the last to be written up.
SCENES = (EXPORT, PUSH, SLOW_START, KEYS, DOUBLE_BOOKING)
