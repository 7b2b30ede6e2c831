"""The review desk as a browser without a screen would use it: signs in by a link, presses a button; for the tour."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar


class Desk:
    """One signed-in visitor."""

    def __init__(self, url: str, sign_in_link: str) -> None:
        self._url = url
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        self._post(urllib.parse.urlsplit(sign_in_link).path, {"next": "/"})

    def page(self, path: str) -> str:
        """The page's HTML."""
        with self._open(self._url + path, timeout=20) as answer:
            text: str = answer.read().decode()
            return text

    def approve(self, ticket_id: int) -> None:
        """Press Approve on the ticket's page."""
        form = re.search(r'<form class="approve".*?</form>', self.page(f"/tickets/{ticket_id}"), re.DOTALL)
        assert form is not None, "the page has no Approve button"
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
        self._post(f"/tickets/{ticket_id}/approve", {name: html.unescape(value) for name, value in fields.items()})

    def _post(self, path: str, fields: dict[str, str]) -> None:
        request = urllib.request.Request(  # noqa: S310 - the demo's own address
            self._url + path, urllib.parse.urlencode(fields).encode(), {"Origin": self._url}
        )
        with self._open(request, timeout=20) as answer:
            answer.read()
