"""Files that are handed over at the desk, kept as rows because whoever reads them may run on another machine."""

import unicodedata
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from bot.core.audit import Actor
from bot.core.clock import now
from bot.core.errors import Invalid
from bot.core.knowledge.sources import Settings, add, change, located, only_admin, promise, record_source
from bot.core.models import Source, Upload

# Bytes of a file.
LARGEST = 50_000_000
# How the location of such a source begins; the name of the file follows.
UPLOADED = "upload:"
ENDINGS = (".md", ".markdown", ".txt", ".html", ".htm", ".docx", ".pdf", ".zip")
# Bytes of a name, which has to be one on any machine.
_LONGEST = 200


def add_file(session: Session, actor: Actor, name: str, content: bytes, audience: list[str] | None) -> Source:
    """Keep a file and promise to read it; one of the same name is replaced, and stays for whom it was unless named.

    Raises Invalid for what cannot be read.
    """
    only_admin(actor)
    name = _checked(name, content)
    source = located(session, "docs", UPLOADED + name)
    if source is None:
        source = add(session, actor, Source(kind="docs", location=UPLOADED + name, name=name, audience=audience))
        session.add(Upload(source_id=source.id, name=name, content=content))
        return source
    kept = session.get_one(Upload, source.id, with_for_update=True)
    kept.content, kept.created_at = content, now()
    if audience is not None:
        change(session, source, actor, Settings(audience, source.link))
    promise(session, source)
    record_source(session, actor, "source.add", source, after={"replaced": True})
    return source


def _checked(path: str, content: bytes) -> str:
    """The name of a file, without the folders that some browsers tell."""
    name = unicodedata.normalize("NFC", path.replace("\\", "/").rpartition("/")[2]).strip()
    if not name:
        raise Invalid("Choose a file. Nothing was added.")
    ending = PurePosixPath(name).suffix.lower()
    if ending not in ENDINGS:
        raise Invalid(f"{name[:80]} is of no kind that can be read ({', '.join(ENDINGS)}). Nothing was added.")
    if not name.isprintable() or len(name.encode()) > _LONGEST:
        raise Invalid("The name of this file is too long, or has signs in it that cannot be shown. Nothing was added.")
    if not content:
        raise Invalid(f"{name} is empty. Nothing was added.")
    if len(content) > LARGEST:
        raise Invalid(too_large(len(content)))
    return name


def too_large(size: int) -> str:
    """What is said of a file of so many bytes."""
    return f"This file has {size / 1_000_000:,.0f} MB; {LARGEST // 1_000_000} MB are the most. Nothing was added."
