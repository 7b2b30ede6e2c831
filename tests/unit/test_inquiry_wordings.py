"""What is an inquiry and what is a report, by wording; and the stretches of time that people name."""

from datetime import UTC, datetime

import pytest

from workers.inquiries.asked import Asked, read
from workers.inquiries.windows import split

# A Sunday.
NOON = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)

ABOUT = {
    "what do we know about exports?": "exports",
    "What do we know about the door panels": "door panels",
    "Hi Inkling, what do we know about Tallow & Finch? Thanks!": "Tallow & Finch",
    "Quick question: is there a ticket about CSV export?": "CSV export",
    "do we know anything about CSV exports": "CSV exports",
    "Do we have anything about dark mode?": "dark mode",
    "has anybody reported slow exports?": "slow exports",
    "Has anyone reported crashes on iPad yet?": "crashes on iPad",
    "Have customers complained about the door panels?": "door panels",
    "did anyone ask for dark mode": "dark mode",
    "Are there any open tickets about dark mode already?": "dark mode",
    "Do we have a ticket for dark mode?": "dark mode",
    "can you tell us whether there is a ticket about dark mode?": "dark mode",
    "any reports about the door panel?": "door panel",
    "what did customers say about panels?": "panels",
    "What are people saying about the new calendar?": "new calendar",
    "how many reports about exports?": "exports",
    "how many tickets mention exports": "exports",
    "how many customers asked for dark mode?": "dark mode",
    "how often was dark mode requested?": "dark mode",
    "What is the status of the ticket about exports?": "exports",
    "what can you tell me about exports?": "exports",
    "Was wissen wir schon über den Export?": "Export",
    "Hat schon jemand langsame Exporte gemeldet?": "langsame Exporte",
    "Gibt es schon ein Ticket zu Exporten?": "Exporten",
    "Was sagen die Kunden über Panels?": "Panels",
    "Wie viele Meldungen gibt es zu Exporten?": "Exporten",
    "Que savons-nous des exports ?": "exports",
    "Est-ce que quelqu'un a déjà signalé des exports lents ?": "exports lents",
    "Y a-t-il déjà un ticket sur les exports ?": "exports",
    "¿Qué sabemos sobre las exportaciones?": "exportaciones",
    "¿Alguien ha reportado exportaciones lentas?": "exportaciones lentas",
    "¿Hay algún ticket sobre exportaciones?": "exportaciones",
}
MINE = {
    "what happened to my request?": "",
    "What’s new with my idea": "",
    "What happened to my last two requests?": "",
    "what is the state of my reports": "",
    "Is there any update on my bug report?": "",
    "any news on my ticket?": "",
    "Can you tell me what happened to my request?": "",
    "Has my request been approved yet?": "",
    "What did I report so far?": "",
    "what happened to my request about exports?": "exports",
    "Was ist aus meiner Anfrage geworden?": "",
    "Wie ist der Stand meiner Meldung?": "",
    "Où en est ma demande ?": "",
    "¿Qué pasó con mi solicitud?": "",
}
REPORTS = [
    "the export fails",
    "what happened to my bookings?? they vanished",
    "What happened to my bookings?",
    "What do we do about the export that fails?",
    "how many people must complain about exports before it is fixed",
    "how many reports about exports does it take until somebody fixes it?",
    "How many customers have to complain about exports?",
    "what do we know about this?",
    "what happened to my request? It is gone from the calendar",
    "what happened to my request for room 5 on Tuesday",
    "what happened to my ticket, it disappeared",
    "what happened to the booking request?",
    "What do we know about exports? They fail since Monday for Tallow & Finch.",
    "What do we know about exports?\nThey fail.",
    "What do we know about my export that vanished?",
    "Has anyone else reported that the panel freezes?",
    "Has anybody reported that exports are empty?",
    "has anyone reported the outage that we see since this morning",
    "did anyone report this",
    "is there a ticket about my bookings vanishing?",
    "is there a ticket about panels that don't connect?",
    "Is there an issue with exports?",
    "Is there a bug in the export?",
    "Is there a report for room utilisation?",
    "Is there a way to export everything?",
    "Is my report done yet?",
    "Where are my reports?",
    "Which reports are broken?",
    "Do we know why the export fails?",
    "Does anybody know why exports fail?",
    "When will exports be fixed?",
    "how do I export a list?",
    "How many users on the free plan can export",
    "tell me about new bookings",
    "please add a report about room usage",
    "I'd like to know what customers said about panels in the dashboard, can we have a filter?",
    "tell me about problems before they happen, that would be a great feature",
    "show me the exports of last month",
    "has anybody looked at this?",
    "what did customers say about this month?",
    "what happened",
    "my request",
    "what's up with my calendar?",
    "what do we know about " + "exports " * 40,
    "Was machen wir mit dem Export, der nicht geht?",
    "Was ist mit meinen Buchungen passiert?",
    "Gibt es hier einen Fehler im Export?",
    "Qu'est-ce qui se passe avec mes réservations ?",
    "¿Qué pasó con mis reservas?",
    "",
]


@pytest.mark.parametrize("text", ABOUT)
def test_who_asks_what_is_known_is_understood(text: str) -> None:
    """The subject stands alone, as it was written, without its article."""
    assert read(text, NOON) == Asked(mine=False, subject=ABOUT[text])


@pytest.mark.parametrize("text", MINE)
def test_who_asks_after_their_own_is_understood(text: str) -> None:
    """Requests, reports and ideas are what people call what they told us."""
    assert read(text, NOON) == Asked(mine=True, subject=MINE[text])


@pytest.mark.parametrize("text", REPORTS)
def test_a_report_is_never_taken_for_an_inquiry(text: str) -> None:
    """Whatever tells something, asks for more than what is known, or goes on, is a report."""
    assert read(text, NOON) is None


@pytest.mark.parametrize(
    ("named", "begin", "end", "words"),
    [
        ("today", "2026-11-22", "2026-11-23", "today"),
        ("yesterday", "2026-11-21", "2026-11-22", "yesterday"),
        ("this week", "2026-11-16", "2026-11-23", "this week"),
        ("last week", "2026-11-09", "2026-11-16", "last week"),
        ("this month", "2026-11-01", "2026-12-01", "this month"),
        ("last month", "2026-10-01", "2026-11-01", "last month"),
        ("this year", "2026-01-01", "2027-01-01", "this year"),
        ("in May", "2026-05-01", "2026-06-01", "in May"),
        ("in December", "2025-12-01", "2026-01-01", "in December 2025"),
        ("in February 2024", "2024-02-01", "2024-03-01", "in February 2024"),
        ("since May", "2026-05-01", "now", "since 1 May"),
        ("since 3 May", "2026-05-03", "now", "since 3 May"),
        ("since May 3rd", "2026-05-03", "now", "since 3 May"),
        ("since Monday", "2026-11-16", "now", "since 16 November"),
        ("since Sunday", "2026-11-15", "now", "since 15 November"),
        ("since last week", "2026-11-09", "now", "since 9 November"),
        ("since yesterday", "2026-11-21", "now", "since 21 November"),
        ("in the last 7 days", "2026-11-15", "now", "in the last 7 days"),
        ("over the past 2 weeks", "2026-11-08", "now", "in the last 2 weeks"),
        ("in the last month", "2026-10-23", "now", "in the last month"),
        ("diesen Monat", "2026-11-01", "2026-12-01", "this month"),
        ("seit Mai", "2026-05-01", "now", "since 1 May"),
        ("in den letzten 7 Tagen", "2026-11-15", "now", "in the last 7 days"),
        ("la semaine dernière", "2026-11-09", "2026-11-16", "last week"),
        ("depuis lundi", "2026-11-16", "now", "since 16 November"),
        ("este mes", "2026-11-01", "2026-12-01", "this month"),
        ("el mes pasado", "2026-10-01", "2026-11-01", "last month"),
        ("desde mayo", "2026-05-01", "now", "since 1 May"),
    ],
)
def test_stretches_of_time(named: str, begin: str, end: str, words: str) -> None:
    """Each is told apart from the subject, wherever it stands, and said in our words."""
    window, rest = split(f"reports about exports {named}?", NOON)
    assert window is not None
    until = NOON if end == "now" else datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert (window.begin, window.end, window.words) == (datetime.fromisoformat(begin).replace(tzinfo=UTC), until, words)
    assert rest == "reports about exports?"
    asked = read(f"what did customers say {named} about panels?", NOON)
    assert asked == Asked(mine=False, subject="panels", window=window)


@pytest.mark.parametrize("text", ["exports in Maytown", "since 31 February", "in the last 0 days", "may exports"])
def test_what_is_no_stretch_of_time_stays(text: str) -> None:
    """Half a word, a day that never was, no days at all."""
    assert split(text, NOON) == (None, text)
