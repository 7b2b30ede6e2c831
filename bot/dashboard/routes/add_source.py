"""Adding to what Inkling knows from the desk: a board, or a file; folders of the server are not in reach from here."""

from fastapi import APIRouter, Request, Response

from bot.core import knowledge
from bot.core.errors import Invalid
from bot.dashboard import upload
from bot.dashboard.guard import Form
from bot.dashboard.visit import Visit, deciding, go, visit

router = APIRouter()


def _page(here: Visit, status: int = 200, *, problems: dict[str, str] | None = None, **fields: str) -> Response:
    """The forms; `problems` by the form they belong to, `fields` as they were filled in."""
    knowledge.only_admin(here.actor)
    return here.page(
        "add_source.html",
        status,
        problems=problems or {},
        fields={"board": "", "board_audience": "", "file_audience": "", **fields},
        endings=knowledge.ENDINGS,
        most=knowledge.LARGEST // 1_000_000,
    )


@router.get("/knowledge/add")
def show(request: Request) -> Response:
    """What can be added, and how."""
    with visit(request) as here:
        return _page(here)


@router.post("/knowledge/board")
def board(request: Request, form: Form) -> Response:
    """Add a board; what was written is shown again when it cannot be done."""
    named, audience = form.get("board", ""), form.get("audience", "")
    with deciding(request, form) as here:
        try:
            source = knowledge.add_board(here.session, here.actor, named, knowledge.channels_of(audience))
        except Invalid as error:
            return _page(here, 422, problems={"board": error.message}, board=named, board_audience=audience)
        return go(f"/knowledge#source-{source.id}")


@router.post("/knowledge/upload", max_body_size=upload.MOST)
def file(request: Request, sent: upload.Upload) -> Response:
    """Take a file, or a newer one of the same name."""
    if sent.problem:
        with visit(request) as here:
            return _page(here, 413, problems={"file": sent.problem})
    audience = sent.form.get("audience", "")
    with deciding(request, sent.form) as here:
        try:
            channels = knowledge.channels_of(audience)
            source = knowledge.add_file(here.session, here.actor, sent.name, sent.content, channels)
        except Invalid as error:
            return _page(here, 422, problems={"file": error.message}, file_audience=audience)
        return go(f"/knowledge#source-{source.id}")
