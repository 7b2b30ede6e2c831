"""Whether this installation is well: /healthz, /readyz and /metrics; no page for people."""

import redis
from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import ModelCall, OutboxItem, Problem, Ticket
from bot.core.outbox.due import alive
from bot.core.settings import settings

router = APIRouter(include_in_schema=False)


def _database() -> str:
    try:
        with transaction() as session:
            session.execute(select(func.count()).select_from(Problem))
    except SQLAlchemyError as error:
        return f"cannot be used: {type(error).__name__} (is it up, and was `inkling migrate` run?)"
    return "ok"


def _broker() -> str:
    try:
        redis.Redis.from_url(settings().redis_url, socket_timeout=2, socket_connect_timeout=2).ping()
    except (redis.RedisError, ValueError) as error:
        return f"cannot be reached: {type(error).__name__}"
    return "ok"


def _worker() -> str:
    try:
        with transaction() as session:
            return "ok" if session.scalars(alive().limit(1)).first() else "not seen: start `inkling worker`"
    except SQLAlchemyError:
        return "unknown: the database is away"


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The web process answers."""
    return {"web": "ok"}


@router.get("/readyz")
def readyz(response: Response) -> dict[str, str]:
    """200 when web, database and broker are up and a worker has been seen; else 503 and what is missing."""
    parts = {"web": "ok", "database": _database(), "broker": _broker(), "worker": _worker()}
    if any(part != "ok" for part in parts.values()):
        response.status_code = 503
    return parts


class _Numbers(Collector):
    """Numbers read from the database at each scrape, so that every web process tells the same."""

    def collect(self) -> list[GaugeMetricFamily]:
        tickets = GaugeMetricFamily("inkling_tickets", "Tickets by state", labels=["state"])
        items = GaugeMetricFamily(
            "inkling_outbox", "Outbox items not done, by topic and state", labels=["topic", "state"]
        )
        oldest = GaugeMetricFamily("inkling_outbox_oldest_seconds", "Age of the oldest due item")
        workers = GaugeMetricFamily("inkling_worker_processes", "Worker processes alive")
        cost = GaugeMetricFamily("inkling_model_cost_usd", "Price of all model calls so far")
        problems = GaugeMetricFamily("inkling_problems", "Problems that wait for a person")
        undone = OutboxItem.state.in_(("pending", "in_flight", "dead"))
        with transaction() as session:
            for state, count in session.execute(select(Ticket.state, func.count()).group_by(Ticket.state)):
                tickets.add_metric([state], count)
            query = select(OutboxItem.topic, OutboxItem.state, func.count()).where(undone)
            for topic, state, count in session.execute(query.group_by(OutboxItem.topic, OutboxItem.state)):
                items.add_metric([topic, state], count)
            first = session.scalar(
                select(func.min(OutboxItem.available_at)).where(
                    OutboxItem.state == "pending", OutboxItem.available_at < now()
                )
            )
            oldest.add_metric([], (now() - first).total_seconds() if first else 0)
            workers.add_metric([], session.scalar(select(func.count()).select_from(alive().subquery())) or 0)
            cost.add_metric([], float(session.scalar(select(func.sum(ModelCall.cost_usd))) or 0))
            problems.add_metric([], session.scalar(select(func.count()).select_from(Problem)) or 0)
        return [tickets, items, oldest, workers, cost, problems]


@router.get("/metrics")
def metrics() -> Response:
    """Prometheus text format: counts only, no text of any report."""
    registry = CollectorRegistry()
    registry.register(_Numbers())
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")
