"""`inkling audit`: check that nothing was changed, or take all of it away."""

import csv
import json
import sys

import click
from sqlalchemy import select

from bot.core import audit
from bot.core.db import transaction
from bot.core.models import AuditEvent

_FIELDS = ("id", "at", "workspace_id", "ticket_id", "report_id", "actor", "actor_name", "action", "before", "after")


@click.group
def command() -> None:
    """Check or export the audit trail."""


@command.command
def verify() -> None:
    """Seal what is new, then walk the whole chain of seals; exits 1 where it is broken."""
    with transaction() as session:
        verdict = audit.verify(session)
        if verdict.broken_at is None:
            audit.seal(session)
            session.flush()
            verdict = audit.verify(session)
    if verdict.broken_at is not None:
        sys.exit(f"The trail is broken at seal {verdict.broken_at}: {verdict.sealed} events before it are as written.")
    click.echo(f"{verdict.sealed} events, none changed, none missing.")


@command.command
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
def export(form: str) -> None:
    """Write every event to standard output, oldest first."""
    writer = csv.writer(sys.stdout)
    if form == "csv":
        writer.writerow(_FIELDS)
    with transaction() as session:
        query = select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=1000)
        for event in session.scalars(query):
            row = {name: getattr(event, name) for name in _FIELDS} | {"at": event.at.isoformat()}
            if form == "csv":
                writer.writerow([json.dumps(value) if isinstance(value, dict) else value for value in row.values()])
            else:
                click.echo(json.dumps(row, ensure_ascii=False))
