"""The demo's embedder: fetched beside the running demo, so that nobody waits for it; found again at the next start."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from deploy.sandbox.demo.family import Family, StartError
from deploy.sandbox.demo.parts import Parts
from deploy.sandbox.model.fetch import fetch_embedder
from deploy.sandbox.model.parts import ModelError


def fetch_meanwhile(parts: Parts, family: Family, say: Callable[[str], None], ended: Event) -> None:
    """Fetch it to where the workers look for it whenever they need it, unless it is there; says what comes of it.

    To be called when all processes run: none may be started beside a thread. Says nothing once the demo has `ended`.
    """
    if parts.embedder:
        Thread(target=_fetch, args=(parts.embedder, parts, family, say, ended), name="embedder", daemon=True).start()


def _fetch(folder: Path, parts: Parts, family: Family, say: Callable[[str], None], ended: Event) -> None:
    heard: list[str] = []
    try:
        fetch_embedder(folder, heard.append)
        if not heard:
            return
        # The workers do not know yet: seeding again changes nothing and asks them to embed.
        family.run("seed", "deploy.sandbox.demo.seed", [], parts.env)
        result = "The embedder has arrived: what is meant alike is found now, not only what is worded alike."
    except (ModelError, OSError, StartError) as error:
        result = f"The embedder could not be had: {error}. Inkling works without it, and finds by words alone."
    if not ended.is_set():
        say(result)
