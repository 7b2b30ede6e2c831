"""Embedding in the background: everything once, whatever a model server or a neighbour does meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import ModelCall, Passage
from tests.flows import embedding_world as world
from tests.flows.chain_world import scripted
from tests.support.needs import needs_embedder
from workers.llm.sent import watched
from workers.retrieval.embedding import asked, embedder, fill

SECRET, MAIL = "Sommer-Wind-77", "jo.sample@example.org"
Settings = Callable[..., None]


def test_everything_is_embedded_once(database: str, settings_of: Settings) -> None:
    """Passages of all kinds, in batches, each call recorded; then the model is asked, and nothing is left to do."""
    ids = world.some(100) + world.some(30, "code") + world.some(20, "ticket")
    with scripted("--strict-fields") as server:
        settings_of(OPENAI_BASE_URL=server.url, INKLING_MODEL_EMBED="scripted-embed")
        world.work()
        sent = [text for body in server.bodies() for text in body["input"]]
        assert len(sent) == len(ids)
        world.work()
        assert len(server.bodies()) == 3
    assert world.kept("served-scripted-embed") == set(ids)
    with transaction() as session:
        assert asked(session) == ("served-scripted-embed", 1536)
        calls = session.scalars(select(ModelCall)).all()
    assert [(call.tier, call.outcome, call.tokens_in > 0) for call in calls] == [("embed", "ok", True)] * 3
    assert world.promised() == 0


def test_the_packaged_model_fills_too(database: str, settings_of: Settings) -> None:
    """Without any server; what is meant alike is near in the database."""
    settings_of(INKLING_EMBEDDER=needs_embedder())
    world.passages("I have to sign in again and again.", "The coffee machine is broken.", heading="Help")
    world.work()
    with transaction() as session:
        chosen = asked(session)
        assert chosen is not None
        assert chosen[1] == 384
        model = embedder()
        assert model
        question = str(model.embed(["The app logs me out every few minutes."])[0])
        near = "select text from embeddings join passages on id = passage_id order by vector <=> %s::halfvec limit 1"
        found = session.connection().exec_driver_sql(near, (question,)).scalar_one()
    assert found == "I have to sign in again and again."


def test_a_long_fill_takes_turns(database: str, settings_of: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """When its time is over a worker promises the rest and goes on there; it is not asked before all is seen."""
    ids = world.some(fill.BATCH * 2 + 5)
    monkeypatch.setattr(fill, "SECONDS", 0.0)
    with world.embedding_server(world.vectors, settings_of) as bodies:
        for done in (fill.BATCH, 2 * fill.BATCH):
            world.work()
            assert (len(world.kept("served-m")), world.promised()) == (done, 1)
            assert world.models() == {"served-m": (16, False)}
        world.work()
        world.work()
    assert world.kept("served-m") == set(ids)
    assert world.models() == {"served-m": (16, True)}
    assert sum(len(body["input"]) for body in bodies) == len(ids)


@pytest.mark.parametrize(("fault", "seconds"), [("http_429", 7.0), ("http_500", 60.0), ("drop", 60.0)])
def test_a_server_that_is_away(database: str, settings_of: Settings, fault: str, seconds: float) -> None:
    """It waits as long as it is asked to, counts no try, keeps what it has, and then sends only the rest."""
    ids = world.some(fill.BATCH + 6)
    with scripted() as server:
        settings_of(OPENAI_BASE_URL=server.url, INKLING_MODEL_EMBED="scripted-embed")
        match = f"Room {fill.BATCH} "
        server.control("POST", "faults", {"fault": fault, "path": "embeddings", "match": match, "seconds": 7})
        with pytest.raises(Later) as later:
            world.work()
        assert (later.value.seconds, later.value.counts) == (seconds, False)
        assert world.kept("served-scripted-embed") == set(ids[: fill.BATCH])
        world.work()
        assert len(server.bodies()[-1]["input"]) == 6
    assert world.kept("served-scripted-embed") == set(ids)


def test_a_passage_goes_while_the_model_thinks(database: str, settings_of: Settings) -> None:
    """What was deleted meanwhile gets no vector, and the others get theirs."""
    ids = world.some(5)

    def answer(body: dict[str, Any]) -> Any:
        with transaction() as session:
            session.execute(delete(Passage).where(Passage.id == ids[2]))
        return world.vectors(body)

    with world.embedding_server(answer, settings_of):
        world.work()
    assert world.kept("served-m") == set(ids) - {ids[2]}
    assert world.models()["served-m"] == (16, True)


def test_a_server_that_takes_little_at_once(database: str, settings_of: Settings) -> None:
    """Fewer texts are sent where many are refused, the beginning of one that is too long; what is left has none."""

    def answer(body: dict[str, Any]) -> Any:
        if len(body["input"]) > 10 or any(len(text) > 500 for text in body["input"]):
            return 413, {"error": {"message": "too much"}}
        if any("poison" in text for text in body["input"]):
            return 400, {"error": {"message": "no"}}
        return world.vectors(body)

    ids = world.some(40)
    long, poison = world.passages("word " * 300, "poison")
    with world.embedding_server(answer, settings_of) as bodies:
        world.work()
        assert world.kept("served-m") == {*ids, long}
        assert world.models()["served-m"] == (16, True)
        before = len(bodies)
        world.work()
    assert len(bodies) - before == 2
    assert poison not in world.kept("served-m")


@pytest.mark.parametrize(
    "reply",
    [
        (200, {"data": []}),
        (200, "<html>"),
        (200, {"data": [{"index": 0, "embedding": [0.0, 0.0]}]}),
        (200, {"data": [{"index": 0, "embedding": None}]}),
        (200, {"data": [{"index": 0, "embedding": "AAAA"}]}),
        (400, {"error": {"message": "no such thing here"}}),
    ],
)
def test_a_server_that_embeds_nothing(database: str, settings_of: Settings, reply: Any) -> None:
    """Answers of no use are like none: it waits instead of going through everything in vain."""
    world.some(3)
    with world.embedding_server(lambda _: reply, settings_of), pytest.raises(Later):
        world.work()
    assert world.models() == {}


def test_no_secret_leaves(database: str, settings_of: Settings) -> None:
    """Passages are masked one by one before they are sent, and the same text always in the same way."""
    world.passages(f"login {MAIL}, password: {SECRET}", f"again {MAIL}", f"again {MAIL}", heading=f"Of {MAIL}")
    with scripted() as server, watched() as sent:
        settings_of(OPENAI_BASE_URL=server.url, INKLING_MODEL_EMBED="scripted-embed")
        world.work()
        left = [text for body in server.bodies() for text in body["input"]]
    assert len(left) == 3
    assert [text for text in left + sent if MAIL in text or SECRET in text] == []
    assert left[1] == left[2]
    assert "[email 1]" in left[1]
