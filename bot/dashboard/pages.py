"""Turning templates into HTML: everything is escaped unless it is made here from escaped parts."""

import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.dashboard import words

_HERE = Path(__file__).parent


@lru_cache
def static(name: str) -> str:
    """The address of a file of ours; it changes with the content, so that browsers never show an old one."""
    digest = hashlib.sha256((_HERE / "static" / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:10]}"


@lru_cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=static, words=words)
    made.filters.update(
        ago=words.ago,
        exact=words.exact,
        said=words.said,
        web=words.web,
        money=words.money,
        duration=words.duration,
        month=words.month,
    )
    made.globals["parts"] = made.get_template("parts.html").module
    return made


def render(name: str, **context: object) -> str:
    """The HTML of a template; `visit` is None on pages for people who are not signed in."""
    return _environment().get_template(name).render({"visit": None, **context})
