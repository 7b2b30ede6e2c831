"""What Inkling knows, at the desk: every state a source can be in, what an admin can do with it, and who may."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.core import access
from bot.core.db import engine, transaction
from bot.core.knowledge import LOCKS
from bot.core.models import AuditEvent, OutboxItem, Passage
from bot.core.outbox import topics
from tests.flows import desk_world as world
from tests.flows import knowledge_world as known
from workers.base import Job
from workers.retrieval.sources import handle

pytestmark = pytest.mark.usefixtures("database")


def page(role: str = "admin", path: str = "/knowledge") -> str:
    """A page in words alone, as somebody of this role reads it."""
    answer = world.browser("ada", role).http.get(path)
    assert answer.status_code == 200, answer.text
    return plain(answer.text)


def plain(html: str) -> str:
    main = html[html.index("<main") :]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def events() -> list[tuple[str, str, dict[str, object], dict[str, object]]]:
    """What people did with sources: action, by whom, before and after."""
    with transaction() as session:
        query = select(AuditEvent).where(AuditEvent.action.like("source.%")).order_by(AuditEvent.id)
        return [(one.action, one.actor_name, one.before, one.after) for one in session.scalars(query)]


def promised(topic: str) -> list[dict[str, object]]:
    with transaction() as session:
        query = select(OutboxItem.payload).where(OutboxItem.topic == topic, OutboxItem.state == "pending")
        return list(session.scalars(query))


def test_nothing_known_says_what_to_do() -> None:
    """With no source the page says how to begin; adding from here is offered to those who may."""
    assert "Nothing yet." in page("reviewer")
    assert "inkling ingest docs PATH" in page("reviewer")
    assert "/knowledge/add" not in world.browser("mara", "reviewer").http.get("/knowledge").text
    assert "add a file or a board" in page("admin")


def test_a_source_that_was_really_read(tmp_path: Path) -> None:
    """How much it holds, how fresh it is, for whom, and what the last reading did."""
    source_id = known.handbook(tmp_path)
    shown = page("reviewer")
    assert "Handbook Documents 2 documents, 3 passages read just now for everyone" in shown
    assert f"{tmp_path} Last time: 2 added" in shown
    assert "could not be read" not in shown
    assert "Read again" not in shown
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-nothing")
    handle(Job({"source_id": source_id}, 1))
    shown = page()
    assert "Last time: 2 unchanged" in shown
    assert "1 could not be read scan.pdf" in shown


def test_every_state() -> None:
    """Waiting, being read, failed with its sentence, and calm; restricted ones name their channels."""
    world.waiting()
    known.every_state()
    shown = page()
    assert "1 document, 2 passages read 3 h ago only #customers, C024BE91L" in shown
    assert "Last time: 3 added, 1 removed, 1,204 unchanged" in shown
    assert "203 could not be read" in shown
    assert "… and 3 more." in shown
    assert "wiki export.zip Documents 0 documents for everyone An uploaded file waits to be read" in shown
    assert "commit 1a2b3c4d for everyone /srv/app Being read: 120 of 5,000" in shown
    assert "Being read: looking for what is there" in shown
    assert "Product Board 0 cards for everyone not read Trello says there is no board Product." in shown
    assert "Tickets of Inkling Tickets 0 tickets Nothing" not in shown
    html = world.browser("ada", "admin").http.get("/knowledge").text
    assert '<progress id="progress-3" value="120" max="5000">' in html
    assert "progress.js" in html
    assert html.count("/again") == html.count("/forget") == 3


def test_a_calm_page_does_not_look_again() -> None:
    """Only while something is read does the page follow."""
    known.source(state="ready")
    html = world.browser("ada", "admin").http.get("/knowledge").text
    assert "progress.js" not in html
    assert "data-busy" not in html


def test_by_what_passages_are_found(settings_of: Callable[..., None]) -> None:
    """By words alone, by meaning so far, by meaning; and while a new model takes over."""
    found = known.document(known.source(), "one", "two", "three")
    assert "3 passages. Found by their words alone: no model is set" in page()
    settings_of_database(settings_of, INKLING_EMBEDDER="/srv/embedder")
    assert "the model that tells what they mean has not begun" in page()
    known.embedded("packaged-0123456789ab", found[:2], ready=False, minutes_old=60)
    assert "Found by their words, and 2 of them by their meaning so far ( the packaged model )" in page()
    with transaction() as session:
        session.execute(text("update embedding_models set ready = true"))
        session.execute(
            text("insert into embeddings select :id, name, 'document', '[1,0]' from embedding_models"), {"id": found[2]}
        )
    assert "Found by their words and by their meaning ( the packaged model )." in page()
    known.embedded("served-text-embed-3", found[:1], ready=False)
    assert "( the packaged model ). text-embed-3 takes over once it knows all; 1 so far." in page()


def settings_of_database(settings_of: Callable[..., None], **values: str) -> None:
    url = engine().url.render_as_string(hide_password=False)
    settings_of(DATABASE_URL=url, **values)


def test_reading_again(tmp_path: Path) -> None:
    """It waits, the worker hears of it, and what it did is shown; twice is once."""
    source_id, ada = known.handbook(tmp_path), world.browser("ada", "admin")
    for _ in range(2):
        assert ada.post(f"/knowledge/{source_id}/again") == (303, f"/knowledge#source-{source_id}")
    assert "waits to be read" in page()
    assert promised(topics.INGEST) == [{"source_id": source_id}]
    (tmp_path / "desks.md").unlink()
    handle(Job({"source_id": source_id}, 1))
    assert "1 removed, 1 unchanged" in page()
    assert [(action, who) for action, who, *_ in events()] == [("source.refresh", "ada")] * 2


def test_hands_off_while_it_is_read() -> None:
    """Whoever reads it holds its lock: until then it is neither read again nor forgotten; a dead reader holds none."""
    source_id, ada = known.source(state="running"), world.browser("ada", "admin")
    with closing(engine().connect()) as reader:
        reader.execute(text("select pg_advisory_lock(:room, :id)"), {"room": LOCKS, "id": source_id})
        for verb in ("again", "forget"):
            status, said = ada.post(f"/knowledge/{source_id}/{verb}")
            assert (status, "handbook is being read right now. Nothing was changed" in said) == (409, True)
        assert known.row(source_id)
        reader.execute(text("select pg_advisory_unlock(:room, :id)"), {"room": LOCKS, "id": source_id})
    assert ada.post(f"/knowledge/{source_id}/again")[0] == 303
    assert [action for action, *_ in events()] == ["source.refresh"]


def test_forgetting(tmp_path: Path) -> None:
    """It asks first and says what goes; then it is gone with its passages, and the trail knows what it was."""
    source_id, ada = known.handbook(tmp_path), world.browser("ada", "admin")
    asked = page(path=f"/knowledge/{source_id}/forget")
    assert "Forget Handbook ? New drafts will not know it any more: 2 documents, 3 passages." in asked
    assert "The files themselves stay where they are." in asked
    assert ada.post(f"/knowledge/{source_id}/forget") == (303, "/knowledge?done=forgotten")
    assert "Forgotten: Handbook . Drafts keep what they quote." in page(path="/knowledge?done=forgotten")
    assert "Forgotten" not in plain(world.browser("mara", "reviewer").http.get("/knowledge?done=forgotten").text)
    with transaction() as session:
        assert session.scalars(select(Passage)).all() == []
    assert [(action, after["name"], after["location"]) for action, _, _, after in events()] == [
        ("source.remove", "Handbook", str(tmp_path))
    ]
    assert ada.post(f"/knowledge/{source_id}/forget")[0] == 404
    assert ada.http.get(f"/knowledge/{source_id}/forget").status_code == 404
    handle(Job({"source_id": source_id}, 1))


def test_tickets_are_not_forgotten() -> None:
    """What is remembered by itself cannot be read again, forgotten or changed from here."""
    source_id, ada = known.source("tickets", "past", name="Past tickets"), world.browser("ada", "admin")
    for verb in ("/again", "/forget", ""):
        assert ada.post(f"/knowledge/{source_id}{verb}")[0] == 409
    assert known.row(source_id)
    assert "/forget" not in ada.http.get("/knowledge").text


def test_who_may_use_it() -> None:
    """Ids of channels, as they are or as Slack copies their links; what is none is said, and nothing typed is lost."""
    source_id, ada = known.source("code", "/srv/app"), world.browser("ada", "admin")
    link = "https://git.example/app/blob/{commit}/{path}#L{line}"
    written = "C024BE91L, https://acme.slack.example/archives/G1 C024BE91L"
    assert ada.post(f"/knowledge/{source_id}", audience=written, link=link)[0] == 303
    source = known.row(source_id)
    assert source
    assert (source.audience, source.link) == (["C024BE91L", "G1"], link)
    assert "only C024BE91L, G1" in page()
    form = ada.http.get(f"/knowledge/{source_id}").text
    assert 'value="C024BE91L G1"' in form
    status, said = ada.post(f"/knowledge/{source_id}", audience="#customers", link="git.example")
    assert (status, "#customers is no id of a channel." in said, "git.example is no pattern" in said) == (
        422,
        True,
        True,
    )
    assert 'value="#customers"' in said
    assert 'value="git.example"' in said
    assert ada.post(f"/knowledge/{source_id}", audience=" ", link="")[0] == 303
    source = known.row(source_id)
    assert source
    assert (source.audience, source.link) == (None, "")
    assert ada.post(f"/knowledge/{source_id}", audience="", link="")[0] == 303
    changed = [(action, before, after.get("audience", after.get("link"))) for action, _, before, after in events()]
    assert changed == [
        ("source.audience", {"audience": None}, ["C024BE91L", "G1"]),
        ("source.link", {"link": ""}, link),
        ("source.audience", {"audience": ["C024BE91L", "G1"]}, None),
        ("source.link", {"link": link}, ""),
    ]
    assert promised(topics.INGEST) == []


def test_tickets_follow_the_sources_they_cite() -> None:
    """When a source is for fewer from now on, the tickets that quote from it are remembered anew, and no others."""
    source_id, ada = known.source(), world.browser("ada", "admin")
    passage = known.document(source_id, "The panel keeps working for 10 minutes without network.")[0]
    quote = {"mark": "d1", "source": "document", "source_id": passage, "label": "A", "quote": "The panel"}
    citing = world.waiting(world.Options(changes={"evidence": [quote]}))
    message = {"mark": "m1", "source": "message", "source_id": passage, "label": "A", "quote": "The panel"}
    world.waiting(world.Options(ts="1795000009.000100", changes={"evidence": [message]}))
    with transaction() as session:
        session.execute(text("delete from outbox"))
    assert ada.post(f"/knowledge/{source_id}", audience="C1", link="")[0] == 303
    assert promised(topics.REMEMBER) == [{"ticket_id": citing}]


def test_a_board() -> None:
    """It is kept and promised; the same again is the same; nothing typed is lost."""
    ada = world.browser("ada", "admin")
    status, where = ada.post("/knowledge/board", board=" https://trello.com/b/abc/product ", audience="C1")
    assert (status, where) == (303, "/knowledge#source-1")
    source = known.row(1)
    assert source
    assert (source.kind, source.location, source.audience) == ("board", "https://trello.com/b/abc/product", ["C1"])
    assert promised(topics.INGEST) == [{"source_id": 1}]
    assert ada.post("/knowledge/board", board="https://trello.com/b/abc/product") == (303, where)
    assert [(action, after["audience"]) for action, _, _, after in events()] == [("source.add", ["C1"])]
    status, said = ada.post("/knowledge/board", board="Product", audience="customers")
    assert (status, "customers is no id" in said, 'value="Product"' in said, 'value="customers"' in said) == (
        422,
        True,
        True,
        True,
    )
    assert ada.post("/knowledge/board", board="  ")[0] == 422
    handle(Job({"source_id": 1}, 1))
    assert "not read Trello is not set up. Nothing was taken in. Set TRELLO_API_KEY and TRELLO_TOKEN." in page()


def test_who_may(tmp_path: Path) -> None:
    """Reporters see nothing of it, reviewers look, admins act; strangers are asked to sign in."""
    source_id, cook = known.handbook(tmp_path), world.browser("cook", "reporter")
    answer = cook.http.get("/knowledge")
    assert (answer.status_code, "Handbook" in answer.text) == (403, False)
    assert 'href="/knowledge"' not in cook.http.get("/").text
    mara = world.browser("mara", "reviewer")
    assert '<a class="nav" href="/knowledge">' in mara.http.get("/").text
    for somebody in (cook, mara):
        for path in ("", f"/{source_id}", f"/{source_id}/forget", "/add")[1:]:
            assert somebody.http.get(f"/knowledge{path}").status_code == 403
        for path in (f"/{source_id}", f"/{source_id}/again", f"/{source_id}/forget", "/board", "/upload"):
            status, said = somebody.post(f"/knowledge{path}", board="Product")
            assert (status, "Only an admin may change what Inkling knows." in said) == (403, True)
    ada = world.browser("ada", "admin")
    assert ada.http.post(f"/knowledge/{source_id}/forget", data={"csrf": mara.csrf}).status_code == 403
    assert known.row(source_id)
    assert events() == []
    assert world.client().get("/knowledge").headers["location"].startswith("/sign-in")


def test_names_of_channels_stay_in_their_workspace() -> None:
    """Somebody of one workspace reads the id, not the name, of another's channel."""
    world.waiting()
    known.source(audience=["C1"])
    other = world.browser("other", "reviewer")
    with transaction() as session:
        person = access.add_person(session, "other", "reviewer")
        person.workspace_id = access.workspace_of(session, "T2").id
    assert "only C1" in plain(other.http.get("/knowledge").text)
    assert "only #customers" in page()
