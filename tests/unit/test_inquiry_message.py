"""The message of an answer: within Slack's limits, tame, and with no link but those behind words of ours."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.slack.inquiry import answer_message
from tests.safety.test_outgoing import clean as is_clean
from tests.safety.test_outgoing import hostile
from tests.unit.test_slack_messages import NASTY, fits, slow
from workers.inquiries.known import Ticket
from workers.inquiries.wording import clean, link, shown


@slow
@given(st.lists(NASTY | hostile, min_size=1, max_size=5))
def test_any_answer_fits(texts: list[str]) -> None:
    """Whatever titles, reasons and passages hold, the message can be posted and calls nobody."""
    lines = [f"{shown(Ticket(1, text, '', 'declined', reason=text))}: {clean(text, 300)}." for text in texts]
    message = answer_message("\n".join(lines))
    fits(message)
    for block in message.blocks:
        for line in block["elements"]:
            for part in line["elements"]:
                assert part["type"] == "text"
                is_clean(part["text"])


def test_links_are_ours_alone() -> None:
    """A card, a thread, a page; what people wrote stays text, with its address in the open."""
    foreign = clean("see [card](https://evil.example/x)", 300)
    message = answer_message(f"{foreign} ({link('card', 'https://trello.com/c/a_(b)')}, {link('page', 'file:///etc')})")
    (line,) = message.blocks[0]["elements"]
    assert [part for part in line["elements"] if part["type"] == "link"] == [
        {"type": "link", "url": "https://trello.com/c/a_%28b%29", "text": "card"}
    ]
    assert message.text == "see card (https://evil.example/x) (card, )"
