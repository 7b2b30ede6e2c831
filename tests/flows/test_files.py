"""Files people share: fetched with the token that only Slack gets, looked at, kept with their message, or refused."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select, update

from bot.core.db import transaction
from bot.core.models import AuditEvent, File, Message, OutboxItem, Problem, Question, Report, Ticket
from bot.core.outbox import topics
from bot.core.reports import Ask, ask
from bot.core.tickets.life import locked
from tests.flows.slack_support import House, all_reports, house
from tests.support.pictures import file, png
from workers.chain.thread import load
from workers.intake.thread import read_thread


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        yield running


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A host that is not Slack's, and the headers of all that it was asked."""
    heard: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(dict(self.headers))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/stolen.png", heard
        server.shutdown()


def files() -> list[File]:
    """All files in the order of their thread."""
    with transaction() as session:
        query = select(File).join(Message, Message.id == File.message_id)
        return list(session.scalars(query.order_by(Message.ts, File.position)))


def content_of(file_id: int) -> bytes | None:
    with transaction() as session:
        return session.scalar(select(File.content).where(File.id == file_id))


def only() -> File:
    (found,) = files()
    return found


def told() -> list[str]:
    """What the chain hears, message by message."""
    with transaction() as session:
        return [said.text for said in load(session, session.scalars(select(Report)).one())[0].messages]


def test_a_mention_with_files_keeps_them_in_order(slack: House) -> None:
    """Pictures and other files are stored with their content, size and type by our own check, as they were shared."""
    log = b"12:00 panel offline\n12:01 booking RQ-88120 confirmed\n"
    shared = (file("b.png", png(7, 5)), file("panel.log", log), file("a.jpg", b"\xff\xd8\xff\xe0 jpeg"))
    slack.share(*shared, text="@inkling the panel is red")
    slack.work()
    kept = files()
    assert [(one.name, one.state, one.media_type) for one in kept] == [
        ("b.png", "kept", "image/png"),
        ("panel.log", "kept", "text/plain"),
        ("a.jpg", "kept", "image/jpeg"),
    ]
    assert (kept[0].width, kept[0].height, kept[0].size) == (7, 5, len(png(7, 5)))
    assert content_of(kept[1].id) == log
    assert told() == ["the panel is red\n(with a picture: b.png)\n(with a file: panel.log)\n(with a picture: a.jpg)"]
    with transaction() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "report.file_kept")).all()
        assert [event.after["name"] for event in events] == ["b.png", "panel.log", "a.jpg"]


@pytest.mark.parametrize("kinds", [["message.channels"], ["app_mention"], ["app_mention", "message.channels"]])
def test_a_mention_with_a_file_arrives_however_slack_tells_of_it(slack: House, kinds: list[str]) -> None:
    """As a message alone, as a mention, or both: one report with one file, fetched once."""
    slack.control("config", subscribed=kinds)
    slack.share(file("shot.png"), text="@inkling the panel is red")
    slack.work()
    assert len(all_reports()) == 1
    assert only().state == "kept"
    assert len(slack.calls("files.download")) == 1


def test_a_file_alone_is_a_message(slack: House) -> None:
    """A picture without a word, after a mention or in a direct message, is part of what was said."""
    root = slack.say("@inkling the panel is red")
    slack.share(file("shot.png"), thread_ts=root)
    slack.control("dm", user="csm-south", files=[file("mine.png")])
    slack.work()
    assert [one.state for one in files()] == ["kept", "kept"]
    assert len(all_reports()) == 2
    with transaction() as session:
        first, second = (load(session, report)[0].messages for report in session.scalars(select(Report)))
    assert [said.text for said in first] == ["the panel is red", "A picture: shot.png"]
    assert [said.text for said in second] == ["A picture: mine.png"]


def test_a_picture_alone_answers_no_question(slack: House) -> None:
    """It says nothing that could be quoted as an answer, so the question stays open."""
    root = slack.say("@inkling the panel is red")
    slack.work()
    with transaction() as session:
        ticket = locked(session, session.scalars(select(Ticket)).one().id)
        ask(session, session.scalars(select(Report)).one(), ticket, [Ask("environment", "Which version?")])
    slack.share(file("shot.png"), thread_ts=root)
    slack.work()
    with transaction() as session:
        assert session.scalars(select(Question)).one().state == "open"
    assert only().state == "kept"


def test_files_of_the_thread_before_the_mention_are_kept(slack: House) -> None:
    """Reading a thread brings the files of messages that no event told of."""
    root = slack.share(file("before.png"), text="look at this", user="csm-south")
    slack.say("@inkling please write this up", thread_ts=root)
    slack.work()
    assert files() == []
    read_thread(all_reports()[0].id)
    slack.work()
    assert (only().name, only().state) == ("before.png", "kept")
    assert told()[0] == "look at this\n(with a picture: before.png)"


@pytest.mark.parametrize("how", ["scope", "token"])
def test_the_sign_in_page_is_no_picture(slack: House, settings_of: Callable[..., None], how: str) -> None:
    """Without the permission Slack answers with a page: the file is refused with why, and the desk has a problem."""
    scopes = slack.sandbox.config.scopes
    if how == "scope":
        slack.control("config", scopes=[scope for scope in scopes if scope != "files:read"])
    else:
        slack.sandbox.config.bot_token = "xoxb-another"
    slack.share(file("shot.png"), text="@inkling the panel is red")
    slack.work()
    assert only().state == "refused"
    assert "files:read" in only().note
    assert content_of(only().id) is None
    with transaction() as session:
        assert "files:read" in session.scalars(select(Problem).where(Problem.key == "slack-files")).one().sentence


def test_what_was_refused_is_fetched_once_the_permission_is_there(slack: House) -> None:
    """The first file that can be had again brings those that could not, and ends the problem."""
    scopes = slack.sandbox.config.scopes
    slack.control("config", scopes=[scope for scope in scopes if scope != "files:read"])
    root = slack.share(file("first.png"), text="@inkling the panel is red")
    slack.work()
    slack.control("config", scopes=list(scopes))
    slack.share(file("second.png"), thread_ts=root)
    slack.work()
    assert [(one.name, one.state, one.note) for one in files()] == [
        ("first.png", "kept", ""),
        ("second.png", "kept", ""),
    ]
    with transaction() as session:
        assert session.scalars(select(Problem)).all() == []


@pytest.mark.parametrize("promised", [None, 10])
def test_a_file_that_is_too_large_is_refused(slack: House, promised: int | None) -> None:
    """By its promised size it is not even asked for; one that lies about it is cut off on the way."""
    large = file("film.mp4", bytes(11 * 1024 * 1024), **({"size": promised} if promised else {}))
    slack.share(large, text="@inkling the panel is red")
    slack.work()
    assert (only().state, only().note) == ("refused", "It is larger than 10 MB.")
    assert len(slack.calls("files.download")) == (1 if promised else 0)


def test_a_report_has_room_for_so_much(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes beyond the room of a report is refused; a smaller file after it still fits."""
    monkeypatch.setattr("workers.intake.files.MOST_OF_REPORT", 1000)
    shared = [file(name, bytes(size)) for name, size in (("a.bin", 600), ("b.bin", 600), ("c.bin", 300))]
    slack.share(*shared, text="@inkling the panel is red")
    slack.work()
    assert [one.state for one in files()] == ["kept", "refused", "kept"]


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"MZ\x90\0 program", b"<html><script>1</script></html>"])
def test_what_is_called_a_picture_and_is_none_is_refused(slack: House, content: bytes) -> None:
    """A name and a promised type prove nothing."""
    slack.share(file("cute.png", content, mimetype="image/png"), text="@inkling the panel is red")
    slack.work()
    assert (only().state, content_of(only().id)) == ("refused", None)
    assert "called a picture and is none" in only().note


def test_the_token_goes_to_slack_alone(slack: House, elsewhere: tuple[str, list[dict[str, str]]]) -> None:
    """Neither an address elsewhere nor a redirect to one is followed: the other host hears nothing at all."""
    address, heard = elsewhere
    led, outside = file("led.png", redirect=address), file("drive.png", external=address)
    slack.share(led, outside, text="@inkling the panel is red")
    slack.work()
    assert [one.state for one in files()] == ["refused", "refused"]
    assert all("outside Slack" in one.note for one in files())
    assert len(slack.calls("files.download")) == 1
    assert heard == []


@pytest.mark.parametrize(
    ("kind", "least"), [("ratelimited", 30), ("http_500", 9), ("drop_before", 9), ("half_answer", 9)]
)
def test_trouble_on_the_way_loses_nothing(slack: House, kind: str, least: int) -> None:
    """Rate limits and outages put a file off, not those beside it; later it is there."""
    slack.fault("files.download", kind, seconds=30)
    slack.share(file("a.png"), file("b.png"), text="@inkling the panel is red")
    assert "later" in slack.work()
    assert [one.state for one in files()] == ["waiting", "kept"]
    with transaction() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.FILES)).one()
        assert item.state == "pending"
        assert item.attempts == 0
        assert (item.available_at - item.created_at).total_seconds() > least
    slack.work(hurry=True)
    assert [one.state for one in files()] == ["kept", "kept"]


def test_a_file_of_another_organisation_is_asked_for_first(slack: House) -> None:
    """In Slack Connect the event has only an id; name, type and address come from files.info, and the chain hears."""
    slack.share(file("theirs.png", connect=True), text="@inkling the panel is red")
    slack.work()
    assert (only().name, only().state) == ("theirs.png", "kept")
    assert len(slack.calls("files.info")) == 1
    assert told() == ["the panel is red\n(with a picture: theirs.png)"]


def test_a_deleted_message_takes_its_files_along(slack: House) -> None:
    """Nothing of them is kept, and the chain does not hear of them."""
    root = slack.say("@inkling the panel is red")
    ts = slack.share(file("shot.png"), text="see here", thread_ts=root)
    slack.work()
    slack.control("delete", user="csm-north", channel="customers", ts=ts)
    slack.work()
    assert (only().state, content_of(only().id)) == ("gone", None)
    assert told() == ["the panel is red"]


def test_a_message_deleted_before_its_file_came_stays_without(slack: House) -> None:
    """A file that is fetched late does not come back to life."""
    slack.fault("files.download", "http_500")
    root = slack.say("@inkling the panel is red")
    ts = slack.share(file("shot.png"), thread_ts=root)
    slack.work()
    slack.control("delete", user="csm-north", channel="customers", ts=ts)
    slack.work(hurry=True)
    assert (only().state, content_of(only().id)) == ("gone", None)


def test_a_file_deleted_alone_leaves_its_message(slack: House) -> None:
    """Slack leaves a tombstone: the other file and the words stay, and the chain is woken."""
    ts = slack.share(file("a.png"), file("b.png"), text="@inkling the panel is red")
    slack.work()
    slack.control("delete_file", user="csm-north", channel="customers", ts=ts, file="a.png")
    slack.work()
    assert [one.state for one in files()] == ["gone", "kept"]
    assert content_of(files()[0].id) is None
    assert told() == ["the panel is red\n(with a picture: b.png)"]


def test_an_edit_of_the_words_keeps_the_files(slack: House) -> None:
    """The file is neither fetched again nor lost."""
    ts = slack.share(file("a.png"), text="@inkling the panel is red")
    slack.work()
    slack.control("edit", user="csm-north", channel="customers", ts=ts, text="@inkling the panel is green")
    slack.work()
    assert only().state == "kept"
    assert told() == ["the panel is green\n(with a picture: a.png)"]
    assert len(slack.calls("files.download")) == 1


def test_what_slack_never_gives_is_let_go_after_a_week(slack: House) -> None:
    """A file that cannot be had for days stops being asked for, with a sentence."""
    slack.fault("files.download", "http_500", times=2)
    slack.share(file("a.png"), text="@inkling the panel is red")
    slack.work()
    with transaction() as session:
        session.execute(update(File).values(created_at=File.created_at - timedelta(days=8)))
    slack.work(hurry=True)
    assert (only().state, only().note) == ("refused", "Slack did not give it for a week.")
