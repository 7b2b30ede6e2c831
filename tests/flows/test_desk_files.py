"""Files at the desk: beside their message and in order, served to whoever may see the ticket, and never run."""

import re

import pytest
from sqlalchemy import select

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.models import File, Message, Ticket
from tests.flows import desk_world as world
from tests.support.pictures import png

pytestmark = pytest.mark.usefixtures("database")


def keep(name: str, content: bytes | None, media_type: str = "", **besides: object) -> int:
    """A file of the first message, after those it has; without content it is not here. Returns its id."""
    with transaction() as session:
        message = session.scalars(select(Message).order_by(Message.ts).limit(1)).one()
        number = len(list(session.scalars(select(File.id))))
        file = File(message_id=message.id, slack_id=f"F{number}", position=number, name=name, content=content)
        file.state, file.media_type, file.size = "kept" if content else "refused", media_type, len(content or b"")
        for field, value in besides.items():
            setattr(file, field, value)
        session.add(file)
        session.flush()
        return file.id


def test_files_stand_beside_their_message_in_order() -> None:
    """Pictures are small pictures named by their alt text and lead to the whole one; others are name, type and size."""
    number = world.waiting()
    first = keep("two.png", png(), "image/png", width=4, height=3)
    second = keep("one.log", b"x" * 34_000, "text/plain")
    keep("big.mp4", None, note="It is larger than 10 MB.")
    keep("late.png", None, state="waiting")
    keep("away.png", None, state="gone")
    page = world.browser("mara", "reviewer").http.get(f"/tickets/{number}").text
    entry = page[page.index('class="files"') : page.index("</ul>", page.index('class="files"'))]
    picture = f'<a href="/tickets/{number}/files/{first}" target="_blank" rel="noopener">'
    assert f'{picture}<img src="/tickets/{number}/files/{first}" alt="two.png" width="4" height="3"' in entry
    assert f'<a href="/tickets/{number}/files/{second}" dir="auto">one.log</a>' in entry
    places = [entry.index(words) for words in ("two.png", "text/plain, 34 kB", "larger than 10 MB", "Not fetched")]
    assert places == sorted(places)
    assert "away.png" not in page
    assert page.index("Two people hold") < page.index('class="files"') < page.index("One was made on")


def test_a_message_that_is_only_a_picture_is_shown() -> None:
    """Without words there is no empty paragraph, but the picture."""
    number = world.waiting()
    with transaction() as session:
        session.scalars(select(Message).order_by(Message.ts).limit(1)).one().text = ""
    keep("shot.png", png(), "image/png")
    page = world.browser("mara", "reviewer").http.get(f"/tickets/{number}").text
    assert 'alt="shot.png"' in page
    assert not re.search(r'<p class="said"[^>]*></p>', page)


@pytest.mark.parametrize(
    ("name", "media_type", "shown"),
    [
        ("a.png", "image/png", "inline"),
        ("a.webp", "image/webp", "inline"),
        ("a.svg", "text/plain", "attachment"),
        ("a.html", "text/plain", "attachment"),
        ("a.pdf", "application/pdf", "attachment"),
        ('x"\r\nset-cookie: a=b.png', "application/octet-stream", "attachment"),
    ],
)
def test_a_file_is_served_as_what_it_is(name: str, media_type: str, shown: str) -> None:
    """The type is our finding; only pictures open in the browser, and nothing in them may run."""
    number, file_id = world.waiting(), keep(name, b"<script>alert(1)</script>", media_type, mimetype="text/html")
    answer = world.browser("mara", "reviewer").http.get(f"/tickets/{number}/files/{file_id}")
    assert (answer.status_code, answer.content) == (200, b"<script>alert(1)</script>")
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["content-disposition"].startswith(f"{shown}; filename*=UTF-8''")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


def test_a_file_is_for_those_who_may_see_its_ticket() -> None:
    """Signed out leads to the sign-in; another workspace, another ticket and a deleted message have nothing there."""
    number = world.waiting()
    other = world.waiting(world.Options(team="T2", ts="1795000002.000100"))
    address = f"/tickets/{number}/files/{keep('shot.png', png(), 'image/png')}"
    assert world.client().get(address).headers["location"].startswith("/sign-in")
    assert world.client().get(address, headers={"accept": "*/*"}).content != png()
    stranger, mara = world.browser("ola", "reviewer"), world.browser("mara", "reporter")
    with transaction() as session:
        access.add_person(session, "ola", "reviewer").workspace_id = session.get_one(Ticket, other).workspace_id
        access.add_person(session, "mara", "reporter").workspace_id = session.get_one(Ticket, number).workspace_id
    assert mara.http.get(address).content == png()
    assert stranger.http.get(address).status_code == 404
    assert stranger.http.get(address.replace(f"/{number}/", f"/{other}/", 1)).status_code == 404
    with transaction() as session:
        message = session.scalars(select(Message).order_by(Message.ts).limit(1)).one()
        report = reports.report_in_thread(session, 1, "C1", "1795000000.000100")
        assert report
        reports.change_message(session, report, ts=message.ts, text=None)
    assert mara.http.get(address).status_code == 404
    with transaction() as session:
        assert session.scalars(select(File.content)).all() == [None]


def test_the_name_of_a_file_is_masked_and_only_text() -> None:
    """Personal data in a name is a placeholder as in what was said, and markup in it stays text."""
    number = world.waiting()
    keep('"><img src=x onerror=alert(1)>.png', png(), "image/png")
    keep("ada.lovelace@example.com.txt", b"x", "text/plain")
    page = world.browser("mara", "reviewer").http.get(f"/tickets/{number}").text
    assert "ada.lovelace@example.com" not in page
    assert "<img src=x" not in page
    assert "onerror=alert(1)&gt;" in page
