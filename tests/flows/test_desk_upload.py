"""Handing a file over at the desk: it is kept, read on any machine, replaced, refused with a sentence; by admins."""

import pytest
from sqlalchemy import select

from bot.core.db import transaction
from bot.core.knowledge import ENDINGS
from bot.core.models import AuditEvent, Document, Source, Upload
from bot.core.outbox import topics
from bot.dashboard import upload
from tests.flows import desk_world as world
from tests.flows.test_desk_knowledge import events, page, promised
from tests.support.files import docx, zipped
from workers.base import Job
from workers.retrieval.sources import handle, reading

pytestmark = pytest.mark.usefixtures("database")
HTML = {"accept": "text/html"}


def hand_over(browser: world.Browser, name: str, content: bytes, **form: str) -> tuple[int, str]:
    """Upload a file; the status and where it leads, or the page."""
    files = {"file": (name, content)}
    answer = browser.http.post("/knowledge/upload", data={"csrf": browser.csrf, **form}, files=files)
    return answer.status_code, answer.headers.get("location", answer.text)


def documents() -> dict[str, str]:
    """Titles by path of what is known."""
    with transaction() as session:
        return {one.path: one.title for one in session.scalars(select(Document))}


def test_a_file_is_read_and_replaced() -> None:
    """The worker reads it from its row; the same name again is the newer one, for whom it was before."""
    ada = world.browser("ada", "admin")
    assert hand_over(ada, "C:\\docs\\panels.md", b"# Panels\n\nOld.", audience="C1") == (303, "/knowledge#source-1")
    assert promised(topics.INGEST) == [{"source_id": 1}]
    handle(Job({"source_id": 1}, 1))
    assert documents() == {"panels.md": "Panels"}
    assert "panels.md Documents 1 document, 1 passage read just now only C1 An uploaded file" in page()
    assert hand_over(ada, "panels.md", b"# Door panels\n\nNew.") == (303, "/knowledge#source-1")
    handle(Job({"source_id": 1}, 1))
    assert documents() == {"panels.md": "Door panels"}
    assert hand_over(ada, "panels.md", b"# Door panels\n\nNew.", audience="C2")[0] == 303
    with transaction() as session:
        source = session.scalars(select(Source)).one()
        assert (source.audience, session.scalars(select(Upload.content)).all()) == (["C2"], [b"# Door panels\n\nNew."])
    actions = [action for action, *_ in events()]
    assert actions == ["source.add", "source.add", "source.audience", "source.add"]
    assert ada.post("/knowledge/1/forget")[0] == 303
    with transaction() as session:
        assert session.scalars(select(Upload)).all() == []


def test_a_zip_and_a_word_file() -> None:
    """A zip is an export of several; what is gone in a newer one is forgotten, what cannot be read is named."""
    ada = world.browser("ada", "admin")
    export: dict[str, bytes | str] = {
        "a.md": "# A\n\nOne.",
        "b/c.docx": docx(("Heading1", "C"), ("", "Two.")),
        "d.pdf": b"%PDF-no",
    }
    assert hand_over(ada, "wiki.zip", zipped(export))[0] == 303
    handle(Job({"source_id": 1}, 1))
    assert documents() == {"a.md": "A", "b/c.docx": "C"}
    assert "1 could not be read d.pdf" in page()
    assert hand_over(ada, "wiki.zip", zipped({"a.md": "# A\n\nOne."}))[0] == 303
    handle(Job({"source_id": 1}, 1))
    assert documents() == {"a.md": "A"}
    assert hand_over(ada, "wiki.zip", b"no zip")[0] == 303
    handle(Job({"source_id": 1}, 1))
    shown = page()
    assert "not read wiki.zip cannot be opened as a zip" in shown
    assert documents() == {"a.md": "A"}
    assert hand_over(ada, "empty.zip", zipped({"x.bin": "x"}))[0] == 303
    handle(Job({"source_id": 2}, 1))
    assert "not read There is no document in empty.zip (" in page()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("setup.exe", b"MZ", "setup.exe is of no kind that can be read (.md, .markdown,"),
        ("noending", b"x", "noending is of no kind"),
        (".md", b"x", ".md is of no kind"),
        ("../", b"x", "Choose a file."),
        ("empty.md", b"", "empty.md is empty."),
        ("a\u202egnp.md", b"x", "has signs in it that cannot be shown"),
        ("ü" * 120 + ".md", b"x", "is too long"),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, content: bytes, said: str) -> None:
    """A sentence beside the form, nothing is kept, and what was typed is still there."""
    status, shown = hand_over(world.browser("ada", "admin"), name, content, audience="C1")
    assert (status, said in shown, "Nothing was added." in shown, 'value="C1"' in shown) == (422, True, True, True)
    with transaction() as session:
        assert session.scalars(select(Source)).all() == []


def test_a_wrong_channel_or_no_file() -> None:
    """Both are said beside the form."""
    ada = world.browser("ada", "admin")
    status, shown = hand_over(ada, "a.md", b"x", audience="#customers")
    assert (status, "#customers is no id of a channel." in shown) == (422, True)
    status, shown = ada.post("/knowledge/upload")
    assert (status, "Choose a file." in shown) == (422, True)


def test_a_large_file_is_taken_and_a_larger_one_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than other forms may hold is taken; over the limit it is said how large it is, and nothing is kept."""
    ada = world.browser("ada", "admin")
    assert hand_over(ada, "big.pdf", b"x" * 3_000_000)[0] == 303
    with transaction() as session:
        assert len(session.scalars(select(Upload.content)).one()) == 3_000_000
    monkeypatch.setattr("bot.core.knowledge.files.LARGEST", 1_000_000)
    status, shown = hand_over(ada, "big.pdf", b"y" * 2_000_000)
    assert (status, "This file has 2 MB; 1 MB are the most. Nothing was added." in shown) == (422, True)
    monkeypatch.setattr(upload, "LARGEST", 1_000_000)
    status, shown = hand_over(ada, "bigger.pdf", b"y" * 4_000_000)
    assert (status, "This file has 4 MB; 1 MB are the most. Nothing was added." in shown) == (413, True)
    with transaction() as session:
        assert session.scalars(select(Upload.content)).one()[:1] == b"x"


def test_only_an_admins_body_is_read() -> None:
    """Whoever may not hand files over is refused before the file is looked at; so is a form from elsewhere."""
    for role in ("reporter", "reviewer"):
        status, shown = hand_over(world.browser(role, role), "a.md", b"x" * 60_000_000)
        assert (status, "Only an admin" in shown) == (403, True)
    stranger = world.client()
    assert stranger.post("/knowledge/upload", files={"file": ("a.md", b"x")}).status_code == 401
    ada = world.browser("ada", "admin")
    files = {"file": ("a.md", b"x")}
    assert ada.http.post("/knowledge/upload", data={"csrf": "wrong"}, files=files).status_code == 403
    elsewhere = {"origin": "https://evil.example", **HTML}
    answer = ada.http.post("/knowledge/upload", data={"csrf": ada.csrf}, files=files, headers=elsewhere)
    assert (answer.status_code, "another site" in answer.text) == (403, True)
    several = [("file", ("a.md", b"x")), ("file", ("b.md", b"x"))]
    assert ada.http.post("/knowledge/upload", data={"csrf": ada.csrf}, files=several).status_code == 400
    unknown = ada.http.post("/knowledge/upload", content=iter([b"x"]), headers=HTML)
    assert (unknown.status_code, "does not say how large" in unknown.text) == (422, True)
    with transaction() as session:
        assert session.scalars(select(Source)).all() == []
        assert session.scalars(select(AuditEvent).where(AuditEvent.action.like("source%"))).all() == []


def test_a_file_that_is_gone() -> None:
    """A source whose file is not there any more says so."""
    with transaction() as session:
        session.add(Source(kind="docs", location="upload:a.md", name="a.md"))
    handle(Job({"source_id": 1}, 1))
    assert "not read This file is not here any more. Nothing was taken in; upload it again." in page()


def test_what_is_offered_is_what_is_read() -> None:
    """The kinds of file the form takes are those that the worker reads."""
    assert set(ENDINGS) == reading.ENDINGS | {".zip"}
