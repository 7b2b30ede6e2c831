"""What a model call costs, by a dated table (pricing.toml); asks nobody."""

import re
import tomllib
from decimal import Decimal
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

_MILLION = Decimal(1_000_000)


@lru_cache
def prices() -> dict[str, dict[str, Decimal]]:
    """Model name -> dollars per million tokens for `input`, `cached` and `output`, in the order of the table."""
    text = (Path(__file__).parent / "pricing.toml").read_text()
    models: dict[str, dict[str, Decimal]] = tomllib.loads(text, parse_float=Decimal)["models"]
    return models


def is_local(base_url: str) -> bool:
    """Whether a server runs on this machine or in a private network, where nobody sends a bill per token."""
    host = urlsplit(base_url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or ("." not in host and host != "")
    return address.is_loopback or address.is_private


def cost(base_url: str, model: str, tokens_in: int, tokens_cached: int, tokens_out: int) -> Decimal | None:
    """US dollars for one call; `tokens_in` includes the cached ones. None: the price is not known."""
    if is_local(base_url):
        return Decimal(0)
    name = next((name for name in prices() if re.fullmatch(rf"{re.escape(name)}(-\d{{4,8}}.*)?", model)), None)
    if name is None:
        return None
    price = prices()[name]
    fresh = max(tokens_in - tokens_cached, 0)
    total = fresh * price["input"] + tokens_cached * price["cached"] + tokens_out * price["output"]
    return (total / _MILLION).quantize(Decimal("0.000001"))
