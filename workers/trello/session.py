"""The connection to Trello: py-trello over HTTP with timeouts, a limiter, and errors as sentences without secrets.

Of py-trello only `TrelloClient.fetch_json` is used: its objects add requests of their own, and a write that needs
several requests could not be checkpointed between them.
"""

import contextlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from trello import TrelloClient

from bot.core.settings import settings
from workers.trello.errors import NoAnswer, RateLimited, Refused, Stuck
from workers.trello.limiter import PERIOD, Limiter, limiter

Row = dict[str, Any]
Params = dict[str, str | int]
# Parts of a form: name -> (file name, content, type); without a file name it is a plain field.
Files = dict[str, tuple[str | None, bytes | str, str]]

# Where py-trello 0.20.1 sends everything, whatever the settings say (trelloclient.py, fetch_json).
_ORIGIN = "https://api.trello.com"
# Seconds to connect, and to wait for each piece of an answer; py-trello itself would wait for ever.
TIMEOUT = (3.0, 15.0)
_BAD_ADDRESS = (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema)


class Http:
    """The `http_service` of py-trello: nothing is repeated, and whatever is not a whole 200 answer is raised.

    Raises Refused, RateLimited, NoAnswer, or Later before sending when the limiter says so.
    """

    def __init__(self, limits: Limiter) -> None:
        self._limits = limits
        self._origin = settings().trello_api_url.rstrip("/")
        self._key, self._token = settings().trello_api_key, settings().trello_token.get_secret_value()
        self._in_address: Params = {}
        self._session = requests.Session()
        self._session.auth = self._authorize
        # A proxy of the environment leads to the internet, not to this machine.
        self._session.trust_env = urlsplit(self._origin).hostname not in ("127.0.0.1", "localhost", "::1")

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Params,
        headers: dict[str, str],
        data: str | None,
        files: Files | None = None,
        **_unused: object,
    ) -> requests.Response:
        """Send one request as py-trello asks for it, once; its own way of signing and its proxies are not used."""
        path = url.removeprefix(_ORIGIN)
        params = {name: value for name, value in params.items() if name not in ("key", "token")}
        answer = self._send(method, path, params, headers, data, files=files)
        if answer.status_code == 401 and not self._in_address:
            # A gateway on the way may drop the header; Trello takes key and token in the address as well.
            self._in_address = {"key": self._key, "token": self._token}
            answer = self._send(method, path, params, headers, data, files=files)
        self._check(path, answer)
        return answer

    def _send(
        self,
        method: str,
        path: str,
        params: Params,
        headers: dict[str, str],
        data: str | None,
        *,
        files: Files | None,
    ) -> requests.Response:
        self._limits.wait(path)
        try:
            return self._session.request(
                method,
                self._origin + path,
                params=params | self._in_address,
                headers=headers,
                data=data,
                files=files,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except _BAD_ADDRESS:
            raise Stuck(
                "TRELLO_API_URL is not an address.", "Set it to an origin like https://api.trello.com."
            ) from None
        except requests.RequestException as error:
            raise NoAnswer(_spaced(type(error).__name__)) from None

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Key and token in the header (guides/rest-api/authorization), where no log and no error repeats them."""
        request.headers["Authorization"] = f'OAuth oauth_consumer_key="{self._key}", oauth_token="{self._token}"'
        return request

    def _check(self, path: str, answer: requests.Response) -> None:
        code, body = answer.status_code, self._redacted(answer.text)
        if code == 429:
            hint = answer.headers.get("Retry-After", "")
            raise RateLimited(self._limits.close(path, float(hint) if hint.isdigit() else PERIOD))
        if code >= 500 or code == 408:
            raise NoAnswer(f"status {code}", code, body)
        if code >= 300:
            raise Refused(code, body)
        try:
            answer.json()
        except ValueError:
            raise NoAnswer("an answer that is empty or cut", code, body) from None

    def _redacted(self, text: str) -> str:
        secrets = (self._key, self._token, settings().trello_api_secret.get_secret_value())
        for secret in filter(None, secrets):
            text = text.replace(secret, "•••")
        return text


class Trello:
    """Reading and writing JSON of the REST API; paths begin after `/1`. Raises as Http does."""

    def __init__(self, http: Http) -> None:
        # Without a `token` of its own py-trello leaves signing to the session.
        self._client = TrelloClient(settings().trello_api_key, http_service=http)

    def get(self, path: str, **params: str | int) -> Row:
        """The one thing at `path`."""
        row = self._client.fetch_json(path, query_params=dict(params))
        if not isinstance(row, dict):
            raise NoAnswer("an answer of another shape", 200)
        return row

    def rows(self, path: str, **params: str | int) -> list[Row]:
        """All things at `path`."""
        rows = self._client.fetch_json(path, query_params=dict(params))
        if not isinstance(rows, list):
            raise NoAnswer("an answer of another shape", 200)
        return rows

    def post(self, path: str, **body: object) -> Row:
        """Create something; an answer without an id is no answer."""
        return _made(self._client.fetch_json(path, http_method="POST", post_args=body))

    def upload(self, path: str, file: tuple[str, bytes, str], **fields: str) -> Row:
        """Create something from a file: its name, content and type. An answer without an id is no answer."""
        form: Files = {name: (None, value, "text/plain; charset=utf-8") for name, value in fields.items()}
        return _made(self._client.fetch_json(path, http_method="POST", files={**form, "file": file}))

    def put(self, path: str, **body: object) -> None:
        """Change something; asked twice, it is the same."""
        self._client.fetch_json(path, http_method="PUT", post_args=body)

    def delete(self, path: str) -> None:
        """Delete something for good."""
        self._client.fetch_json(path, http_method="DELETE")


@contextlib.contextmanager
def connect() -> Iterator[Trello]:
    """One connection for one piece of work. Raises Stuck when Trello is not set up."""
    if not settings().has_trello:
        raise Stuck("Trello is not set up.", "Set TRELLO_API_KEY and TRELLO_TOKEN, and the ticket goes on by itself.")
    with contextlib.closing(Http(limiter())) as http:
        yield Trello(http)


def _made(answer: object) -> Row:
    if not isinstance(answer, dict) or not answer.get("id"):
        raise NoAnswer("an answer without an id", 200)
    return answer


def _spaced(name: str) -> str:
    """`ReadTimeout` -> `read timeout`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
