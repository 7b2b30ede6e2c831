"""What the API takes and gives, as models; rows become shapes here and nowhere else."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from bot.api.inside import ChangeOut, LinkOut
from bot.core.models import Draft, Message, Person, Report, Run, Ticket
from bot.core.redact import Masker
from bot.core.tickets.content import DraftContent
from bot.core.tickets.families import Family
from bot.core.tickets.queries import Work


def _storable(value: str) -> str:
    """Text as Postgres keeps it: without NUL characters. Raises ValueError for half a surrogate pair."""
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("this text holds half a character")
    return value.replace("\0", "")


Text = Annotated[str, AfterValidator(_storable)]
Money = Annotated[float, PlainSerializer(lambda value: round(value, 6))]
ID = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Failure(BaseModel):
    """What happened, what is safe and what to do, in a sentence."""

    error: str


class TextOut(DraftContent):
    """The text of a ticket, without the digests of what was masked: of a short value they could be computed back."""

    masked: dict[str, str] = Field(default_factory=dict, exclude=True)


class DraftOut(BaseModel):
    """A version of the ticket's text. `rung`: model, basic, none (quotations only) or person."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    rung: str
    created_at: datetime
    content: TextOut


class TicketOut(BaseModel):
    """A ticket with its newest draft and the change that waits for a decision, if any.

    `reports` and `runs` are ids; `card_url` is null until it is on the board. `links` are the other tickets of the
    same report, where it holds several matters.
    """

    id: int
    state: str
    kind: str
    title: str
    priority: str
    priority_reason: str
    attention: str
    decline_reason: str
    reports: list[int]
    runs: list[int]
    links: list[LinkOut]
    card_url: str | None
    created_at: datetime
    updated_at: datetime
    draft: DraftOut | None
    change: ChangeOut | None

    @classmethod
    def of(
        cls,
        row: Ticket,
        reports: list[Report],
        runs: list[Run],
        draft: Draft | None,
        *,
        change: ChangeOut | None,
        family: Family | None,
    ) -> "TicketOut":
        """The shape of a ticket row and the rows around it."""
        return cls(
            id=row.id,
            state=row.state,
            kind=row.kind,
            title=row.title,
            priority=row.priority,
            priority_reason=row.priority_reason,
            attention=row.attention,
            decline_reason=row.decline_reason,
            reports=[report.id for report in reports],
            runs=[run.id for run in runs],
            links=[LinkOut.of(linked) for linked in family.others] if family else [],
            card_url=row.card_url or None,
            created_at=row.created_at,
            updated_at=row.updated_at,
            draft=DraftOut.model_validate(draft) if draft else None,
            change=change,
        )


class TicketPage(BaseModel):
    """A page of tickets, newest first; send `next` as `cursor` for the following one."""

    items: list[TicketOut]
    next: str | None


class ReportOut(BaseModel):
    """What someone said: `text` is the first message of the thread, `tickets` are ids."""

    id: int
    channel: str
    channel_name: str
    thread_ts: str | None
    reporter: str
    text: str
    origin: str
    permalink: str | None
    tickets: list[int]
    created_at: datetime

    @classmethod
    def of(cls, row: Report, reporter: Person, first: Message | None, tickets: list[int]) -> "ReportOut":
        """The shape of a report row and the rows around it."""
        return cls(
            id=row.id,
            channel=row.channel_id,
            channel_name=row.channel_name,
            thread_ts=row.thread_ts,
            reporter=reporter.label,
            text=Masker().mask(first.text) if first else "",
            origin=row.origin,
            permalink=row.permalink or None,
            tickets=tickets,
            created_at=row.created_at,
        )


class ReportPage(BaseModel):
    """A page of reports, newest first; send `next` as `cursor` for the following one."""

    items: list[ReportOut]
    next: str | None


def _masked(value: Any) -> Any:  # noqa: ANN401 - events hold any JSON
    """The same JSON without secrets and personal data: these are shown on the desk alone, to those allowed."""
    if isinstance(value, dict):
        return {name: _masked(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return Masker().mask(value) if isinstance(value, str) else value


Told = Annotated[dict[str, Any], AfterValidator(_masked)]


class EventOut(BaseModel):
    """One thing that happened. `actor` is person:ID, inkling or system."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    before: Told
    after: Told


class EventList(BaseModel):
    """All events of a ticket and its reports, oldest first."""

    items: list[EventOut]
    next: None = None


class StepOut(BaseModel):
    """A step of a run. `cost_usd` is null when a price is unknown; `latency_ms` is wall time."""

    name: str
    state: str
    attempt: int
    prompt: str
    model: str
    rung: str
    tokens: int
    tokens_in: int
    tokens_out: int
    cost_usd: Money | None
    latency_ms: int
    started_at: datetime
    error: str

    @classmethod
    def of(cls, work: Work) -> "StepOut":
        """The shape of a step and the sums of its calls."""
        step = work.step
        return cls(
            name=step.name,
            state=step.state,
            attempt=step.attempt,
            prompt=step.prompt,
            model=", ".join(work.models),
            rung=step.rung,
            tokens=work.tokens_in + work.tokens_out,
            tokens_in=work.tokens_in,
            tokens_out=work.tokens_out,
            cost_usd=None if work.cost_usd is None else float(work.cost_usd),
            latency_ms=step.latency_ms,
            started_at=step.created_at,
            error=step.error,
        )


class RunOut(BaseModel):
    """One pass of the chain over a report. `state`: running, waiting (for a person), done or failed."""

    id: int
    state: str
    report: int
    ticket: int
    instruction: str
    error: str
    created_at: datetime
    finished_at: datetime | None
    steps: list[StepOut]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ApproveIn(_In):
    """Where the card goes, by id or name; left out, the default route is used."""

    board: Text = Field("", max_length=200)
    list: Text = Field("", max_length=200)


class DeclineIn(_In):
    """Why not, in a sentence that the reporter will read."""

    reason: Text


class ReviseIn(_In):
    """Either `changes` (fields of the draft; lists are one item per line) or an `instruction` to write it again.

    With `number` the changes are refused when a newer version exists.
    """

    changes: dict[Text, Text | list[Text]] | None = None
    instruction: Text | None = None
    number: int | None = None


class AcceptIn(_In):
    """The fields of the open change to take over; with `change` it is refused when a newer one took its place."""

    fields: list[Text]
    change: int | None = None


class RefuseIn(_In):
    """Why the ticket stays as it is, for the trail."""

    reason: Text = ""
    change: int | None = None
