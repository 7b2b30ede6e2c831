"""Turns what happened in the workspace into Events API envelopes and hands over those the app may see."""

import base64
import json

from .config import Json
from .delivery import Delivery
from .world import World, new_id

MESSAGE_FAMILY = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


def channel_type(channel: Json) -> str:
    """channel, group or im."""
    if channel.get("is_im"):
        return "im"
    return "group" if channel.get("is_private") else "channel"


class Events:
    """One method per thing that happens; each is called with the world's lock held.

    Source: https://docs.slack.dev/reference/events
    """

    def __init__(self, world: World, delivery: Delivery) -> None:
        self.world, self.delivery = world, delivery

    def posted(self, channel_id: str, message: Json) -> None:
        """A message: `message.*`, and `app_mention` besides when a person in a channel names the app."""
        kind = channel_type(self.world.channels[channel_id])
        shown = self.world.shape(channel_id, message)
        self._send(
            MESSAGE_FAMILY[kind],
            channel_id,
            {**shown, "channel": channel_id, "channel_type": kind, "event_ts": message["ts"]},
        )
        named = f"<@{self.world.bot['id']}>" in message["text"]
        if named and kind != "im" and not message.get("bot_id"):
            wanted = ("user", "text", "ts", "thread_ts", "parent_user_id", "client_msg_id", "team", "blocks")
            besides = ("files", "upload", "attachments")
            self._send(
                "app_mention",
                channel_id,
                {
                    "type": "app_mention",
                    **{key: shown[key] for key in wanted + besides if key in shown},
                    "channel": channel_id,
                    "event_ts": message["ts"],
                },
            )

    def changed(self, channel_id: str, message: Json, previous: Json) -> None:
        """A message was edited."""
        self._about(
            channel_id,
            {
                "subtype": "message_changed",
                "message": self.world.shape(channel_id, message),
                "previous_message": previous,
            },
        )

    def deleted(self, channel_id: str, message: Json) -> None:
        """A message is gone."""
        self._about(
            channel_id,
            {
                "subtype": "message_deleted",
                "deleted_ts": message["ts"],
                "previous_message": self.world.shape(channel_id, message),
            },
        )

    def _about(self, channel_id: str, news: Json) -> None:
        kind, ts = channel_type(self.world.channels[channel_id]), self.world.next_ts()
        self._send(
            MESSAGE_FAMILY[kind],
            channel_id,
            {
                "type": "message",
                **news,
                "channel": channel_id,
                "hidden": True,
                "ts": ts,
                "event_ts": ts,
                "channel_type": kind,
            },
        )

    def reacted(self, channel_id: str, message: Json, user_id: str, name: str, *, added: bool) -> None:
        """A reaction came or went."""
        kind = "reaction_added" if added else "reaction_removed"
        self._send(
            kind,
            channel_id,
            {
                "type": kind,
                "user": user_id,
                "reaction": name,
                "item_user": message.get("user"),
                "item": {"type": "message", "channel": channel_id, "ts": message["ts"]},
                "event_ts": self.world.next_ts(),
            },
        )

    def joined(self, channel_id: str, user_id: str, inviter: str | None) -> None:
        """Someone, or the app, became a member."""
        letter = "G" if self.world.channels[channel_id].get("is_private") else "C"
        event = {
            "type": "member_joined_channel",
            "user": user_id,
            "channel": channel_id,
            "channel_type": letter,
            "team": self.world.team["id"],
            "event_ts": self.world.next_ts(),
        }
        self._send("member_joined_channel", channel_id, event | ({"inviter": inviter} if inviter else {}))

    def home_opened(self, user_id: str, tab: str, view: Json | None) -> None:
        """A person opened the app (tab "home" or "messages")."""
        channel_id = self.world.im_with(user_id)["id"]
        event: Json = {
            "type": "app_home_opened",
            "user": user_id,
            "channel": channel_id,
            "tab": tab,
            "event_ts": self.world.next_ts(),
        }
        self._send("app_home_opened", channel_id, event | ({"view": view} if view else {}))

    def _send(self, subscription: str, channel_id: str, event: Json) -> None:
        if subscription in self.world.config.subscribed and self.world.bot_in(channel_id):
            self.delivery.event(self.envelope(event))

    def envelope(self, event: Json) -> Json:
        """The full body of an Events API request around `event`."""
        team_id, bot = self.world.team["id"], self.world.bot
        context = {"et": event["type"], "tid": team_id, "aid": bot["app_id"], "cid": event.get("channel")}
        return {
            "token": self.world.config.verification_token,
            "team_id": team_id,
            "context_team_id": team_id,
            "context_enterprise_id": None,
            "api_app_id": bot["app_id"],
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(self.world.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team_id,
                    "user_id": bot["id"],
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-" + base64.urlsafe_b64encode(json.dumps(context).encode()).decode().rstrip("="),
        }
