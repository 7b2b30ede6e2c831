"""Socket Mode: the same app behind a connection we open ourselves, when SLACK_APP_TOKEN is set; no listeners here."""

import threading

from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient

from bot.core import log
from bot.core.settings import settings
from bot.slack.app import build

_log = log.get("slack.socket")
_RETRY_AFTER, _RETRY_AT_MOST = 1.0, 30.0


class _Connection:
    """A connection that is opened in the background and, once open, kept open by Slack's own client."""

    def __init__(self, token: str) -> None:
        client = WebClient(base_url=settings().slack_api_url, timeout=10)
        app = build()
        self._handler = SocketModeHandler(app, token, logger=app.logger, web_client=client)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._connect, name="slack-socket", daemon=True)
        self._thread.start()

    def _connect(self) -> None:
        pause = _RETRY_AFTER
        while not self._stopped.is_set():
            try:
                self._handler.client.connect_to_new_endpoint()
            except Exception as error:  # noqa: BLE001  # whatever is wrong outside, trying again is all there is
                _log.warning("Slack cannot be reached by Socket Mode", error=type(error).__name__, again_in=pause)
                self._stopped.wait(pause)
                pause = min(pause * 2, _RETRY_AT_MOST)
            else:
                _log.info("connected to Slack by Socket Mode")
                return

    def stop(self) -> None:
        """Close the connection and wait until no listener runs."""
        self._stopped.set()
        self._thread.join(timeout=15)
        self._handler.client.close()


_open: list[_Connection] = []


def start() -> None:
    """Connect in the background; nothing happens without an app token."""
    token = settings().slack_app_token.get_secret_value()
    if token and not _open:
        _open.append(_Connection(token))


def stop() -> None:
    """Disconnect, if connected."""
    while _open:
        _open.pop().stop()
