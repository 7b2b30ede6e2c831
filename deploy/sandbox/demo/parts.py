"""What the demo has to bring itself: for each part that no variable points at, a stand-in and the variables for it."""

import json
import os
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.errors import ConfigurationError
from bot.core.settings import Settings


@dataclass
class Parts:
    """`env` are the variables for Inkling's processes; an address is empty where the real thing is used.

    `embedder` is the folder that it is fetched into; None: one is configured.
    """

    web_port: int
    slack_port: int = 0
    trello_port: int = 0
    model_port: int = 0
    embedder: Path | None = None
    keys: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    services: tuple[str, ...] = ()


def is_free(port: int) -> bool:
    """Whether something could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _port_near(wanted: int, taken: set[int]) -> int:
    """A free port, the wanted one if possible, so that addresses stay the same from start to start."""
    for port in range(wanted, min(wanted + 50, 65000)):
        if port not in taken and is_free(port):
            taken.add(port)
            return port
    raise ConfigurationError(f"No free port near {wanted}. Set INKLING_PORT to another one.")


def _keys(var: Path) -> dict[str, str]:
    """Keys of the stand-ins, made once and kept, so that a second start fits the data of the first."""
    path = var / "keys.json"
    if not path.exists():
        made = {
            "bot_token": f"xoxb-{secrets.token_hex(12)}",
            "app_token": f"xapp-{secrets.token_hex(12)}",
            "signing_secret": secrets.token_hex(16),
            "trello_key": secrets.token_hex(16),
            "trello_secret": secrets.token_hex(32),
            "trello_token": secrets.token_hex(32),
            "secret_key": secrets.token_hex(32),
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(made))
    loaded: dict[str, str] = json.loads(path.read_text())
    return loaded


def plan(configured: Settings, var: Path) -> Parts:
    """Decide part by part; raises ConfigurationError when the web port is taken."""
    port = configured.inkling_port
    if not is_free(port):
        raise ConfigurationError(
            f"Port {port} is in use, perhaps by another demo. Stop that, or choose another one: "
            f"INKLING_PORT={port + 100} make demo"
        )
    taken, keys = {port}, _keys(var)
    parts = Parts(web_port=port, keys=keys, env=dict(os.environ))
    wanted = (("postgres", configured.database_url), ("redis", configured.redis_url))
    parts.services = tuple(name for name, address in wanted if not address)
    parts.env["INKLING_PORT"] = str(port)
    if not configured.inkling_secret_key.get_secret_value():
        parts.env["INKLING_SECRET_KEY"] = keys["secret_key"]
    if not configured.slack_bot_token.get_secret_value():
        parts.slack_port = _port_near(port + 1, taken)
        parts.env |= {
            "SLACK_BOT_TOKEN": keys["bot_token"],
            "SLACK_SIGNING_SECRET": keys["signing_secret"],
            "SLACK_API_URL": f"http://127.0.0.1:{parts.slack_port}/api/",
            "INKLING_REVIEW_CHANNEL": configured.inkling_review_channel or "product-review",
        }
    if not configured.has_trello:
        parts.trello_port = _port_near(port + 2, taken)
        parts.env |= {
            "TRELLO_API_KEY": keys["trello_key"],
            "TRELLO_API_SECRET": keys["trello_secret"],
            "TRELLO_TOKEN": keys["trello_token"],
            "TRELLO_API_URL": f"http://127.0.0.1:{parts.trello_port}",
            "TRELLO_BOARD": configured.trello_board or "Roomquill product",
            "TRELLO_LIST": configured.trello_list or "Inbox",
        }
    if not configured.inkling_embedder and not configured.inkling_model_embed:
        parts.embedder = var.parent / "embedder"
        parts.env["INKLING_EMBEDDER"] = str(parts.embedder)
    parts.model_port = 0 if configured.has_model else _port_near(port + 3, taken)
    return parts
