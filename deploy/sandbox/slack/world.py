"""The workspace itself, in memory: people, channels, messages, views; it knows no HTTP and sends nothing."""

import copy
import secrets
import threading

from .config import Config, Json

PERSISTED = (
    "team",
    "bot",
    "users",
    "channels",
    "messages",
    "files",
    "ephemerals",
    "views",
    "homes",
    "statuses",
    "prompts",
    "response_urls",
    "last_ts",
)
# States that were kept before there were such things do not know them.
LATER = ("files", "prompts")
EPHEMERALS_KEPT = 200


class SlackError(Exception):
    """A documented Web API error: its code, and the `response_metadata.messages` that explain it."""

    def __init__(self, code: str, messages: list[str] | None = None, **extra: object) -> None:
        super().__init__(code)
        self.code, self.messages, self.extra = code, messages or [], extra

    def body(self) -> Json:
        """The answer Slack gives with status 200."""
        answer: Json = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["errors"] = self.messages
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer


def new_id(prefix: str) -> str:
    """An id in Slack's style: a letter and ten capitals or digits."""
    return prefix + secrets.token_hex(5).upper()


class World:
    """State of one workspace. Callers hold `lock` while they read and change it.

    Keys that begin with `_` inside messages and views are the sandbox's own notes and never leave through the API.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.lock = threading.RLock()
        self.rev = 0
        self.triggers: dict[str, Json] = {}
        self.messages: dict[str, dict[str, Json]] = {}
        self.files: dict[str, Json] = {}
        self.ephemerals: list[Json] = []
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.statuses: dict[str, str] = {}
        self.prompts: dict[str, Json] = {}
        self.response_urls: dict[str, Json] = {}
        self.last_ts = 0
        self._plant(config.seed)

    def _plant(self, seed: Json) -> None:
        self.team: Json = dict(seed["team"])
        self.bot: Json = dict(seed["bot"])
        people = [*seed["users"], {**self.bot, "is_bot": True}]
        self.users: dict[str, Json] = {
            user["id"]: {
                "id": user["id"],
                "name": user["name"],
                "real_name": user.get("real_name", user["name"]),
                "is_bot": user.get("is_bot", False),
            }
            for user in people
        }
        self.channels: dict[str, Json] = {}
        for channel in seed["channels"]:
            members = [self.user_id(member) for member in channel["members"]]
            if None in members:
                raise ValueError(f"the seed names an unknown member of #{channel['name']}")
            self.channels[channel["id"]] = {
                "id": channel["id"],
                "name": channel["name"],
                "is_private": channel.get("is_private", False),
                "is_archived": channel.get("is_archived", False),
                "members": members,
                "created": 1700000000,
            }

    def snapshot(self) -> Json:
        """All that must survive a restart, as a copy that JSON can hold."""
        with self.lock:
            return {key: copy.deepcopy(getattr(self, key)) for key in PERSISTED}

    def restore(self, saved: Json) -> None:
        """Take over what `snapshot` gave."""
        with self.lock:
            for key in PERSISTED:
                if key in saved or key not in LATER:
                    setattr(self, key, saved[key])
            self.touch()

    def touch(self) -> None:
        """Say that something changed; the page and the snapshot follow `rev`."""
        self.rev += 1

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.config.clock()

    def next_ts(self) -> str:
        """A message timestamp (seconds.microseconds) that was never given before."""
        self.last_ts = max(self.last_ts + 1, int(self.now() * 1_000_000))
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def user_id(self, who: str) -> str | None:
        """The id of a person given by id or name."""
        if who in self.users:
            return who
        return next((user["id"] for user in self.users.values() if user["name"] == who.lstrip("@")), None)

    def channel_id(self, where: str) -> str | None:
        """The id of a channel given by id or name (with or without #)."""
        if where in self.channels:
            return where
        name = where.lstrip("#")
        return next((channel["id"] for channel in self.channels.values() if channel.get("name") == name), None)

    def bot_in(self, channel_id: str) -> bool:
        """Whether the app is a member."""
        return self.bot["id"] in self.channels[channel_id]["members"]

    def im_with(self, user_id: str) -> Json:
        """The direct conversation between a person and the app; opened when it is not there yet."""
        channel_id = "D" + user_id[1:]
        if channel_id not in self.channels:
            self.channels[channel_id] = {
                "id": channel_id,
                "is_im": True,
                "user": user_id,
                "members": [user_id, self.bot["id"]],
                "created": int(self.now()),
            }
            self.touch()
        return self.channels[channel_id]

    def find(self, channel_id: str, ts: str) -> Json | None:
        """The message, if it is there."""
        return self.messages.get(channel_id, {}).get(ts)

    def add(self, channel_id: str, message: Json) -> Json:
        """Store a message, giving it its ts and its place in a thread."""
        ts = self.next_ts()
        message = {"type": "message", **message, "ts": ts, "team": self.team["id"]}
        if thread_ts := message.get("thread_ts"):
            parent = self.messages[channel_id][thread_ts]
            parent["thread_ts"] = thread_ts
            message["parent_user_id"] = parent.get("user")
        self.messages.setdefault(channel_id, {})[ts] = message
        self.touch()
        return message

    def remove(self, channel_id: str, ts: str) -> Json:
        """Delete a message; a parent with replies leaves the tombstone Slack leaves."""
        message = self.messages[channel_id][ts]
        if self.replies(channel_id, ts):
            self.messages[channel_id][ts] = {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": "USLACKBOT",
                "hidden": True,
                "ts": ts,
                "thread_ts": ts,
            }
        else:
            del self.messages[channel_id][ts]
        self.touch()
        return message

    def replies(self, channel_id: str, ts: str) -> list[Json]:
        """The answers in the thread under `ts`, oldest first, without the parent."""
        return [m for m in self.messages.get(channel_id, {}).values() if m.get("thread_ts") == ts and m["ts"] != ts]

    def shape(self, channel_id: str, message: Json, *, metadata: bool = False) -> Json:
        """A message as the API shows it; metadata only when asked for."""
        hidden = () if metadata else ("metadata",)
        shown = {key: copy.deepcopy(value) for key, value in message.items() if key[0] != "_" and key not in hidden}
        if message.get("thread_ts") == message["ts"]:
            replies = self.replies(channel_id, message["ts"])
            users = list(dict.fromkeys(reply.get("user") for reply in replies))
            shown |= {
                "reply_count": len(replies),
                "reply_users": users,
                "reply_users_count": len(users),
                "is_locked": False,
                "subscribed": False,
            }
            if replies:
                shown["latest_reply"] = replies[-1]["ts"]
        return shown

    def add_ephemeral(self, channel_id: str, user_id: str, message: Json) -> Json:
        """Show a message to one person only; it is in no history."""
        message = {"type": "message", **message, "ts": self.next_ts(), "channel": channel_id, "_to": user_id}
        self.ephemerals = [*self.ephemerals[1 - EPHEMERALS_KEPT :], message]
        self.touch()
        return message

    def new_trigger(self, user_id: str, view_id: str = "") -> str:
        """A `trigger_id` in a person's name: three seconds, one use."""
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = {"user": user_id, "view": view_id, "made": self.now(), "used": False}
        return trigger_id

    def new_response_url(self, user_id: str, channel_id: str, message_ts: str = "", *, ephemeral: bool = False) -> str:
        """An address for later answers: 30 minutes, five uses."""
        key = f"{self.team['id']}/{secrets.randbelow(10**13)}/{secrets.token_urlsafe(18)}"
        self.response_urls[key] = {
            "user": user_id,
            "channel": channel_id,
            "ts": message_ts,
            "ephemeral": ephemeral,
            "uses": 0,
            "made": self.now(),
        }
        self.touch()
        return f"{self.config.base_url}/respond/{key}"
