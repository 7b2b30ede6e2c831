"""What Inkling knows: the page of sources, and what an admin can do with one; adding another is next door."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from bot.core import knowledge
from bot.core.errors import Invalid, NotAllowed
from bot.core.knowledge import Settings
from bot.core.models import Source
from bot.dashboard.guard import Form
from bot.dashboard.knowledge import forgotten, meaning, shown, sources
from bot.dashboard.visit import Visit, deciding, go, visit

router = APIRouter()
SourceId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/knowledge")
def show(request: Request, done: str = "") -> Response:
    """All sources, how they stand, and by what passages are found."""
    with visit(request) as here:
        if not here.may_decide:
            raise NotAllowed(f"Only reviewers and admins see what Inkling knows. {here.actor.name} is a reporter.")
        found = sources(here.session, here.person.workspace_id)
        return here.page(
            "knowledge.html",
            sources=found,
            busy=any(one.busy for one in found),
            passages=sum(one.passages for one in found),
            meaning=meaning(here.session),
            forgotten=forgotten(here) if done == "forgotten" else "",
        )


@router.post("/knowledge/{source_id}/again")
def again(request: Request, source_id: SourceId, form: Form) -> Response:
    """Look at a source again."""
    with deciding(request, form) as here:
        knowledge.read_again(here.session, _own(here, source_id), here.actor)
        return go(f"/knowledge#source-{source_id}")


@router.get("/knowledge/{source_id}/forget")
def ask(request: Request, source_id: SourceId) -> Response:
    """Ask whether a source should really be forgotten."""
    with visit(request) as here:
        return here.page("forget.html", line=shown(here.session, _own(here, source_id)))


@router.post("/knowledge/{source_id}/forget")
def forget(request: Request, source_id: SourceId, form: Form) -> Response:
    """Forget a source."""
    with deciding(request, form) as here:
        knowledge.forget(here.session, _own(here, source_id), here.actor)
        return go("/knowledge", done="forgotten")


def _own(here: Visit, source_id: int) -> Source:
    """A source that this person may change."""
    knowledge.only_admin(here.actor)
    return knowledge.held(here.session, source_id)


@router.get("/knowledge/{source_id}")
def settings(request: Request, source_id: SourceId) -> Response:
    """For whom a source is, and where it can be read."""
    with visit(request) as here:
        source = _own(here, source_id)
        fields = {"audience": " ".join(source.audience or []), "link": source.link}
        return here.page("source.html", line=shown(here.session, source), fields=fields, errors={})


@router.post("/knowledge/{source_id}")
def change(request: Request, source_id: SourceId, form: Form) -> Response:
    """Keep those settings; what was written is shown again when it cannot be done."""
    fields = {name: form.get(name, "").strip() for name in ("audience", "link")}
    with deciding(request, form) as here:
        source, errors = _own(here, source_id), {}
        try:
            audience = knowledge.channels_of(fields["audience"])
        except Invalid as error:
            errors["audience"] = error.message
        try:
            knowledge.check_link(fields["link"])
        except Invalid as error:
            errors["link"] = error.message
        if errors:
            return here.page("source.html", 422, line=shown(here.session, source), fields=fields, errors=errors)
        knowledge.change(here.session, source, here.actor, Settings(audience, fields["link"]))
        return go(f"/knowledge#source-{source_id}")
