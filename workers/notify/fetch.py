"""Fetching a file from Slack's private address: the token goes to Slack alone, and never more than is allowed comes."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from bot.core.errors import Later
from bot.core.settings import settings

# Seconds to connect, to wait for each piece, and for the whole file.
TIMEOUT, LONGEST = (3.0, 15.0), 120.0
_PIECE, _HOPS = 64 * 1024, 3
_AWAY = "Slack does not give the file right now."


class Refused(Exception):
    """The file cannot be had; the message is a sentence for people. `gone`: Slack has it no more."""

    def __init__(self, sentence: str, *, gone: bool = False) -> None:
        super().__init__(sentence)
        self.gone = gone


@dataclass(frozen=True)
class Fetched:
    """A file, and what Slack called it as it came; `attached`: it came as a file and not as a page to be looked at."""

    content: bytes
    mimetype: str
    attached: bool


def fetch(address: str, most: int) -> Fetched:
    """The file at an address of Slack, of at most `most` bytes. Raises Refused, or Later when it may come later."""
    with contextlib.closing(requests.Session()) as session:
        session.auth = _authorize
        # A proxy of the environment leads to the internet, not to this machine.
        session.trust_env = not _loopback(urlsplit(address))
        try:
            return _fetch(session, address, most)
        except requests.RequestException:
            raise Later(_AWAY, 10, counts=False) from None


def ours(address: str) -> bool:
    """Whether an address is Slack's: the host of SLACK_API_URL, or one of slack.com over https."""
    try:
        parts, api = urlsplit(address), urlsplit(settings().slack_api_url)
        place = parts.scheme, parts.hostname, parts.port
        known = api.scheme, api.hostname, api.port
    except ValueError:
        return False
    if parts.username is not None or not parts.hostname:
        return False
    slack = parts.hostname == "slack.com" or parts.hostname.endswith(".slack.com")
    return place == known or (parts.scheme == "https" and slack and parts.port in (None, 443))


def _authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The bot's token, for Slack alone (https://docs.slack.dev/messaging/working-with-files)."""
    assert ours(str(request.url))
    request.headers["Authorization"] = f"Bearer {settings().slack_bot_token.get_secret_value()}"
    return request


def _fetch(session: requests.Session, address: str, most: int) -> Fetched:
    for _ in range(_HOPS):
        if not ours(address):
            raise Refused("It lies outside Slack, where Inkling fetches nothing. Whoever has access can open it there.")
        with session.get(
            address, stream=True, timeout=TIMEOUT, allow_redirects=False, headers={"Accept-Encoding": "identity"}
        ) as answer:
            if not answer.is_redirect:
                return _read(answer, most)
            address = urljoin(address, answer.headers["location"])
    raise Refused("Slack sends Inkling from address to address for it.")


def _read(answer: requests.Response, most: int) -> Fetched:
    if answer.status_code == 429:
        pause = answer.headers.get("Retry-After", "")
        raise Later("Slack asks to go slower.", (float(pause) if pause.isdecimal() else 30.0) + 1, counts=False)
    if answer.status_code in (404, 410):
        raise Refused("Slack has it no more.", gone=True)
    if answer.status_code != 200:
        raise Later(_AWAY, 10, counts=False)
    content, begun = bytearray(), time.monotonic()
    for piece in _pieces(answer):
        content += piece
        if len(content) > most:
            raise Refused(f"It is larger than {most // 1024 // 1024} MB.")
        if time.monotonic() - begun > LONGEST:
            raise Later(_AWAY, 60, counts=False)
    mimetype = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    attached = answer.headers.get("Content-Disposition", "").strip().lower().startswith("attachment")
    return Fetched(bytes(content), mimetype, attached)


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    pieces: Iterator[bytes] = answer.iter_content(_PIECE)
    return pieces


def _loopback(parts: SplitResult) -> bool:
    return parts.hostname in ("127.0.0.1", "localhost", "::1")
