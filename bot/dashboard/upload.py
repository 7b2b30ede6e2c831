"""A file that is being handed over: first who sends it, then how large it is, then its content; nothing is kept."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bot.core.errors import Invalid
from bot.core.knowledge import LARGEST, only_admin, too_large
from bot.dashboard.guard import MAX_BODY, fields_of, refuse_elsewhere
from bot.dashboard.visit import visit

# A file that is too large is let run out, unread, so that the browser hears why it is refused; but not without end.
MOST = 10 * LARGEST
# Bytes of a body around its file.
_AROUND = 10_000


@dataclass(frozen=True)
class Sent:
    """A form with a file. `problem` says why it was not read; then there is no more."""

    form: dict[str, str]
    name: str = ""
    content: bytes = b""
    problem: str = ""


def _may(request: Request) -> None:
    with visit(request) as here:
        only_admin(here.actor)


async def _sent(request: Request) -> Sent:
    refuse_elsewhere(request)
    # Strangers fill no disk, and no transaction stays open while a slow upload comes in.
    await run_in_threadpool(_may, request)
    size = request.headers.get("content-length", "")
    if not (size.isascii() and size.isdigit()):
        raise Invalid("The browser does not say how large the file is. Nothing was added.")
    if int(size) > LARGEST + _AROUND:
        async for _ in request.stream():
            pass
        return Sent({}, problem=too_large(int(size)))
    async with request.form(max_files=1, max_fields=8, max_part_size=MAX_BODY) as data:
        file = data.get("file")
        if not isinstance(file, UploadFile):
            return Sent(fields_of(data))
        return Sent(fields_of(data), file.filename or "", await file.read())


Upload = Annotated[Sent, Depends(_sent)]
