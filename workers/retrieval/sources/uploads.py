"""Files that were handed over at the desk as a source: taken out of their rows, then read like any other document."""

import tempfile
from pathlib import Path

from sqlalchemy import select

from bot.core.db import transaction
from bot.core.errors import Invalid
from bot.core.knowledge import UPLOADED
from bot.core.models import Source, Upload
from workers.retrieval.sources import docs
from workers.retrieval.sources.feed import Feed


def feed(location: str) -> Feed:
    """The documents at a location: a file that was handed over, or a path. Raises Invalid as reading those does."""
    if not location.startswith(UPLOADED):
        return docs.feed(location)
    query = select(Upload.name, Upload.content).join(Source).where(Source.kind == "docs", Source.location == location)
    with transaction() as session:
        found = session.execute(query).first()
    if found is None:
        raise Invalid("This file is not here any more. Nothing was taken in; upload it again.")
    folder = tempfile.TemporaryDirectory(prefix="inkling-")
    try:
        path = Path(folder.name) / Path(found.name).name
        path.write_bytes(found.content)
        made = docs.feed(str(path))
    except BaseException as error:
        folder.cleanup()
        if isinstance(error, Invalid):
            # Where it lay for a moment is nothing to anybody.
            raise Invalid(error.message.replace(f"{folder.name}/", "")) from error
        raise
    close = made.close

    def close_all() -> None:
        close()
        folder.cleanup()

    made.close = close_all
    return made
