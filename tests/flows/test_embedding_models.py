"""Replacing the embedder: the old one is asked until the new one has seen everything; then it is forgotten."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.core.db import engine, transaction
from bot.core.errors import Later
from tests.flows import embedding_world as world
from tests.support.needs import needs_embedder
from workers.cli import group
from workers.retrieval.embedding import asked, fill, indexes

Settings = Callable[..., None]


def searched_with() -> str | None:
    with transaction() as session:
        found = asked(session)
        return found[0] if found else None


def named() -> list[str]:
    """The indexes of vectors that are whole."""
    ours = "relname ~ 'ix_embeddings_.*_[0-9a-f]{10}' and indisvalid"
    made = f"from pg_class join pg_index on indexrelid = oid where {ours}"
    with transaction() as session:
        return sorted(session.scalars(text(f"select relname {made}")))


def test_a_new_model_takes_over_without_a_gap(
    database: str, settings_of: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one is asked, also for what comes meanwhile, until the new one has seen all; then it leaves nothing."""
    monkeypatch.setattr(indexes, "WORTH_IT", 50)
    old = world.some(fill.BATCH + 10)
    with world.embedding_server(world.vectors, settings_of):
        assert searched_with() is None
        world.work()
        assert searched_with() == "served-m"
        assert named() == [indexes.index_name("served-m", "document")]
        settings_of(INKLING_MODEL_EMBED="n")
        assert searched_with() == "served-m"
        new = world.some(3)
        monkeypatch.setattr(fill, "SECONDS", 0.0)
        world.work()
        assert world.models() == {"served-m": (16, True), "served-n": (16, False)}
        assert world.kept("served-m") == {*old, *new}
        assert 0 < len(world.kept("served-n")) < len(old)
        assert searched_with() == "served-m"
        monkeypatch.setattr(fill, "SECONDS", 20.0)
        world.work()
        assert searched_with() == "served-n"
    assert (world.kept("served-m"), world.kept("served-n")) == (set(), {*old, *new})
    assert world.models() == {"served-n": (16, True)}
    assert named() == [indexes.index_name("served-n", "document")]


def test_an_old_model_that_is_away_holds_nothing_up(database: str, settings_of: Settings) -> None:
    """What is new cannot be embedded with it; the new model fills all the same and takes over."""
    world.some(3)

    def answer(body: dict[str, Any]) -> Any:
        return world.vectors(body) if body["model"] == "n" or not gone else (404, {"error": {"message": "gone"}})

    gone: list[bool] = []
    with world.embedding_server(answer, settings_of):
        world.work()
        gone.append(True)
        ids = world.some(2)
        settings_of(INKLING_MODEL_EMBED="n")
        world.work()
        assert searched_with() == "served-n"
    assert world.kept("served-n") >= set(ids)


def test_where_no_model_is_named_none_is_asked(database: str, settings_of: Settings) -> None:
    """Vectors stay when the setting goes, but nothing is sent anywhere any more."""
    ids = world.some(3)
    with world.embedding_server(world.vectors, settings_of) as bodies:
        world.work()
        settings_of(INKLING_MODEL_EMBED="")
        assert searched_with() is None
        world.work()
        assert len(bodies) == 1
    assert world.kept("served-m") == set(ids)


def test_another_model_under_the_same_name(database: str, settings_of: Settings) -> None:
    """Vectors of another size are another model's: all is embedded anew, but not again and again."""
    ids = world.some(fill.BATCH + 5)
    size = [16]
    with world.embedding_server(lambda body: world.vectors(body, size[0]), settings_of):
        world.work()
        size[0] = 24
        ids += world.some(1)
        with pytest.raises(Later, match="change their size") as later:
            world.work()
        assert later.value.seconds == 3600
        assert world.models() == {"served-m": (16, True)}
        with transaction() as session:
            session.execute(text("update embedding_models set created_at = created_at - interval '1 day'"))
        world.work()
    assert world.models() == {"served-m": (24, True)}
    assert world.kept("served-m") == set(ids)
    with transaction() as session:
        assert session.scalars(text("select distinct vector_dims(vector) from embeddings")).all() == [24]


def test_indexes_are_made_when_they_pay(database: str, settings_of: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for each kind with enough of them, whatever the model is called; one left half-made is made anew."""
    monkeypatch.setattr(indexes, "WORTH_IT", 40)
    world.some(45, "code")
    world.some(39, "ticket")
    model = "it's:v1 100%"
    with world.embedding_server(world.vectors, settings_of, model):
        world.work()
        only = indexes.index_name(f"served-{model}", "code")
        assert named() == [only]
        assert only in plan(f"served-{model}", "code")
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            broken = "update pg_index set indisvalid = false where indexrelid = to_regclass(:name)"
            connection.execute(text(broken), {"name": only})
        assert named() == []
        world.some(1, "ticket")
        world.work()
    assert named() == sorted([only, indexes.index_name(f"served-{model}", "ticket")])


def plan(model: str, kind: str) -> str:
    """How Postgres looks for what is near, were it not so little that it may as well look at all."""
    quoted = model.replace("'", "''").replace("%", "%%")
    query = (
        f"explain select passage_id from embeddings where model = '{quoted}' and kind = '{kind}'"
        f" order by vector::halfvec(16) <=> '[{','.join('1' * 16)}]'::halfvec limit 5"
    )
    with transaction() as session:
        session.execute(text("set local enable_seqscan = off"))
        session.execute(text("set local enable_bitmapscan = off"))
        return "\n".join(session.connection().exec_driver_sql(query).scalars())


def test_vectors_that_no_index_takes(database: str, settings_of: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer ones than pgvector indexes are kept and asked without."""
    monkeypatch.setattr(indexes, "WORTH_IT", 1)
    world.some(2)
    with world.embedding_server(lambda body: world.vectors(body, 4_096), settings_of):
        world.work()
    assert (world.models(), named()) == ({"served-m": (4_096, True)}, [])


def doctor() -> str:
    said = CliRunner().invoke(group, ["doctor"]).output
    return said[said.index("Model") : said.index("Priority")]


def test_the_doctor_on_embedders(database: str, settings_of: Settings) -> None:
    """Which one serves and how far it is, or what is wrong with it."""
    assert "ok   Embedder" in doctor()
    assert "search goes by words alone" in doctor()
    settings_of(INKLING_MODEL_EMBED="m")
    assert "fix  Embedder\n       INKLING_MODEL_EMBED names a model, but no server has it" in doctor()
    settings_of(INKLING_MODEL_EMBED="", INKLING_EMBEDDER="/nowhere")
    assert "fix  Embedder\n       INKLING_EMBEDDER names /nowhere" in doctor()
    settings_of(INKLING_EMBEDDER=needs_embedder())
    world.some(2)
    assert "by 384 numbers; 0 of 2 passages are embedded." in doctor()
    with world.embedding_server(lambda _: (404, {"error": {"message": "?"}}), settings_of):
        assert "does not know m. Set INKLING_MODEL_EMBED." in doctor()
    with world.embedding_server(world.vectors, settings_of):
        world.work()
        assert "served-m tells what texts mean by 16 numbers; 2 of 2 passages are embedded." in doctor()
