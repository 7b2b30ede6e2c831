"""Fills an empty sandbox from a seed file, through the REST handlers: people, boards, lists, labels, past cards."""

import json
from pathlib import Path

from .call import Call, dispatch
from .config import Json
from .store import Store

DEFAULT = Path(__file__).with_name("seed.json")
DAY = 86400.0


def plant(store: Store, path: Path | None) -> None:
    """Read a seed file (shape: seed.json beside this module) into the store; ValueError when it does not fit.

    A card's `created`, a comment's and a move's `at` are days before now, so that a board has a past.
    """
    seed = json.loads((path or DEFAULT).read_text(encoding="utf-8"))
    try:
        with store.lock:
            people = _people(store, seed["members"])
            for board in seed["boards"]:
                _board(store, people, board)
    except KeyError as error:
        raise ValueError(f"the seed lacks {error}") from error
    finally:
        store.shift = 0.0


def _people(store: Store, members: list[Json]) -> dict[str, Json]:
    """Members by username; the first one owns the token."""
    people = {}
    for place, member in enumerate(members):
        initials = "".join(word[0] for word in member["fullName"].split()[:2]).upper()
        row = {"username": member["username"], "fullName": member["fullName"], "initials": initials}
        row |= {"owner": place == 0, "email": None}
        people[member["username"]] = store.add("members", row)
    return people


def _board(store: Store, people: dict[str, Json], board: Json) -> None:
    owner = next(iter(people.values()))
    store.shift = -DAY * board.get("created", 0)
    made = _do(store, owner, "POST", "/boards", name=board["name"], desc=board.get("desc", ""), defaultLists=False)
    store.tables["boards"][made["id"]]["idMembers"] = [person["id"] for person in people.values()]
    lists = {name: _do(store, owner, "POST", "/lists", name=name, idBoard=made["id"]) for name in board["lists"]}
    labels = {
        label["name"]: _do(store, owner, "POST", "/labels", idBoard=made["id"], **label) for label in board["labels"]
    }
    for card in sorted(board.get("cards", []), key=lambda item: -item["created"]):
        _card(store, people, lists, labels, card)


def _card(store: Store, people: dict[str, Json], lists: dict[str, Json], labels: dict[str, Json], card: Json) -> None:
    owner = next(iter(people.values()))
    store.shift = -DAY * card["created"]
    made = _do(
        store,
        owner,
        "POST",
        "/cards",
        idList=lists[str(card.get("first") or card["list"])]["id"],
        name=card["name"],
        desc="\n".join(card.get("desc", [])),
        idLabels=[labels[name]["id"] for name in card.get("labels", [])],
        idMembers=[people[name]["id"] for name in card.get("members", [])],
        urlSource=card.get("link"),
    )
    path = f"/cards/{made['id']}"
    if items := card.get("criteria"):
        checklist = _do(store, owner, "POST", f"{path}/checklists", name="Acceptance criteria")
        for name, done in items:
            _do(store, owner, "POST", f"/checklists/{checklist['id']}/checkItems", name=name, checked=done)
    events: list[tuple[str, Json]] = [("move", move) for move in card.get("moves", [])]
    events += [("comment", comment) for comment in card.get("comments", [])]
    for kind, event in sorted(events, key=lambda item: -item[1]["at"]):
        store.shift = -DAY * event["at"]
        person = people[event["by"]]
        if kind == "move":
            _do(store, person, "PUT", path, idList=lists[event["to"]]["id"])
        else:
            _do(store, person, "POST", f"{path}/actions/comments", text=event["text"])


def _do(store: Store, person: Json, method: str, path: str, **params: object) -> Json:
    result = dispatch(Call(store, method, path, params, person))
    assert isinstance(result, dict)
    return result
