"""Who is asking: key and token in the query, in an OAuth header, or by an OAuth 1.0 signature (RFC 5849)."""

import base64
import hashlib
import hmac
import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from .config import Config, Knobs
from .errors import Refused
from .http import Incoming

_PAIR = re.compile(r'\s*([A-Za-z_]+)="([^"]*)"\s*')


def check(incoming: Incoming, config: Config, knobs: Knobs) -> str:
    """Refuse with Trello's 401 texts, or say how the caller proved itself: `query`, `header` or `signature`."""
    header = incoming.headers.get("authorization", "")
    if header.startswith("OAuth "):
        oauth = {name: unquote(value) for name, value in _PAIR.findall(header[6:])}
        key, token = oauth.get("oauth_consumer_key"), oauth.get("oauth_token")
        form = "signature" if "oauth_signature" in oauth else "header"
    else:
        oauth, form = {}, "query"
        key, token = incoming.param("key"), incoming.param("token")
    if not key or not hmac.compare_digest(key.encode(), config.key.encode()):
        raise Refused(401, "invalid key")
    if not token:
        raise Refused(401, "unauthorized permission requested")
    if knobs.revoked or not hmac.compare_digest(token.encode(), config.token.encode()):
        raise Refused(401, "invalid token")
    if form == "signature":
        _verify(incoming, oauth, config.secret)
    return form


def _verify(incoming: Incoming, oauth: dict[str, str], secret: str) -> None:
    if oauth.get("oauth_signature_method") != "HMAC-SHA1":
        raise Refused(401, "unsupported oauth signature method")
    # A token made on /1/authorize has no secret of its own, hence nothing after the ampersand.
    signing_key = f"{_escape(secret)}&".encode()
    expected = base64.b64encode(hmac.new(signing_key, _base_string(incoming, oauth).encode(), hashlib.sha1).digest())
    if not hmac.compare_digest(expected, oauth["oauth_signature"].encode()):
        raise Refused(401, "invalid oauth signature")


def _base_string(incoming: Incoming, oauth: dict[str, str]) -> str:
    """RFC 5849 section 3.4.1: method, address without query, and every parameter sorted, each part escaped."""
    pairs = [(name, value) for name, value in oauth.items() if name not in ("realm", "oauth_signature")]
    pairs += parse_qsl(incoming.query, keep_blank_values=True)
    if incoming.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(incoming.body.decode("utf-8", "replace"), keep_blank_values=True)
    sorted_pairs = sorted((_escape(name), _escape(value)) for name, value in pairs)
    parameters = "&".join(f"{name}={value}" for name, value in sorted_pairs)
    parts = urlsplit(incoming.url)
    host = parts.netloc.lower().removesuffix(":80" if parts.scheme == "http" else ":443")
    address = f"{parts.scheme}://{host}{parts.path}"
    return "&".join(_escape(part) for part in (incoming.method, address, parameters))


def _escape(text: str) -> str:
    return quote(text, safe="-._~")
