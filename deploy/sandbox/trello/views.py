"""Rows as Trello shows them: full JSON of boards, lists, cards, members and the rest, and the choice of fields."""

import re

from .config import Json
from .store import Store


def card(store: Store, row: Json) -> Json:
    """A card with all a client gets by default (rest/api-group-cards); links point at the sandbox's page."""
    checklists = store.in_order("checklists", idCard=row["id"])
    items = [item for checklist in checklists for item in checklist["checkItems"]]
    short_url = f"{store.config.url}/c/{row['shortLink']}"
    hidden = {"idMemberCreator"}
    return {
        **{name: value for name, value in row.items() if name not in hidden},
        "badges": badges(store, row, items),
        "checkItemStates": [{"idCheckItem": i["id"], "state": "complete"} for i in items if i["state"] == "complete"],
        "idChecklists": [checklist["id"] for checklist in checklists],
        "labels": [label(store.tables["labels"][key]) for key in row["idLabels"]],
        "shortUrl": short_url,
        "url": f"{short_url}/{row['idShort']}-{slug(row['name'])}",
        "descData": {"emoji": {}},
        "idAttachmentCover": None,
        "idMembersVoted": [],
        "manualCoverAttachment": False,
        "isTemplate": False,
        "cardRole": None,
    }


def badges(store: Store, row: Json, items: list[Json]) -> Json:
    """The small numbers on a card's front."""
    return {
        "attachments": len(store.rows("attachments", idCard=row["id"])),
        "attachmentsByType": {"trello": {"board": 0, "card": 0}},
        "checkItems": len(items),
        "checkItemsChecked": sum(item["state"] == "complete" for item in items),
        "checkItemsEarliestDue": None,
        "comments": sum(a["type"] == "commentCard" for a in store.rows("actions", idCard=row["id"])),
        "description": bool(row["desc"]),
        "due": row["due"],
        "dueComplete": row["dueComplete"],
        "start": row["start"],
        "location": False,
        "subscribed": row["subscribed"],
        "viewingMemberVoted": False,
        "votes": 0,
        "fogbugz": "",
    }


def board(store: Store, row: Json) -> Json:
    """A board with its address, label names, members and limits."""
    names = {label["color"]: label["name"] for label in store.rows("labels", idBoard=row["id"]) if label["color"]}
    short_url = f"{store.config.url}/b/{row['shortLink']}"
    return {
        **row,
        "url": f"{short_url}/{slug(row['name'])}",
        "shortUrl": short_url,
        "descData": None,
        "labelNames": names,
        "limits": limits(store, row),
        "memberships": [
            {"id": key, "idMember": key, "memberType": "normal", "unconfirmed": False, "deactivated": False}
            for key in row["idMembers"]
        ],
        "prefs": {"permissionLevel": "private", "voting": "disabled", "comments": "members", "background": "green"},
        "powerUps": [],
        "premiumFeatures": [],
        "starred": False,
        "pinned": False,
    }


def limits(store: Store, row: Json) -> Json:
    """Object limits as `GET /boards/{id}?fields=limits` gives them: status, disableAt and warnAt."""
    knobs = store.knobs
    cards = [card for card in store.rows("cards", idBoard=row["id"]) if not card["closed"]]
    return {
        "cards": {
            "openPerBoard": _limit(knobs.open_cards_per_board, len(cards)),
            "openPerList": _limit(knobs.open_cards_per_board),
            "totalPerBoard": _limit(2_000_000),
            "totalPerList": _limit(1_000_000),
        },
        "attachments": {"perBoard": _limit(36_000), "perCard": _limit(knobs.attachments_per_card)},
        "checklists": {"perBoard": _limit(1_800_000), "perCard": _limit(knobs.checklists_per_card)},
        "checkItems": {"perChecklist": _limit(knobs.items_per_checklist)},
        "customFields": {"perBoard": _limit(50)},
        "labels": {"perBoard": _limit(1000, len(store.rows("labels", idBoard=row["id"])))},
        "lists": {"openPerBoard": _limit(500), "totalPerBoard": _limit(3000)},
    }


def _limit(disable_at: int, count: int = 0) -> Json:
    warn_at = int(disable_at * 0.9)
    status = "disabled" if count >= disable_at else "warn" if count >= warn_at else "ok"
    return {"status": status, "disableAt": disable_at, "warnAt": warn_at}


def label(row: Json) -> Json:
    """A label; `uses` is not counted here."""
    return {**row, "uses": 0}


def member(row: Json) -> Json:
    """A member with what a profile shows."""
    return {
        **row,
        "bio": "",
        "status": "disconnected",
        "memberType": "normal",
        "confirmed": True,
        "activityBlocked": False,
        "avatarHash": None,
        "avatarUrl": None,
        "url": f"https://trello.com/{row['username']}",
    }


def brief_member(row: Json) -> Json:
    """A member as actions name them."""
    names = ("id", "username", "fullName", "initials")
    return {**{name: row[name] for name in names}, "activityBlocked": False, "avatarHash": None, "avatarUrl": None}


def checklist(row: Json) -> Json:
    """A checklist, its items in their order."""
    items = sorted(row["checkItems"], key=lambda item: item["pos"])
    return {**row, "checkItems": items, "limits": {}, "creationMethod": None}


def attachment(store: Store, row: Json) -> Json:
    """An attachment without its content; an uploaded file's address is on the sandbox."""
    shown = {name: value for name, value in row.items() if name not in ("content", "idCard")}
    if row["isUpload"]:
        shown["url"] = f"{store.config.url}/1/cards/{row['idCard']}/attachments/{row['id']}/download/{row['fileName']}"
    return shown


def pick(row: Json, fields: object) -> Json:
    """Only the named fields (comma-separated) and the id; everything for "all" or when nothing is named."""
    wanted = [name.strip() for name in str(fields or "all").split(",")]
    return row if "all" in wanted else {name: row[name] for name in ["id", *wanted] if name in row}


def slug(name: str) -> str:
    """A name as it looks at the end of an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "card"
