"""The one place where text leaves for a model: whatever is sent has passed the masker, also when it is sent again."""

from collections.abc import Callable

from pydantic import BaseModel

from bot.core.redact import Masker
from tests.flows import chain_world as world
from workers.llm import Prompt, structured
from workers.llm.sent import watched

MAIL, PASSWORD = "jo.sample@example.org", "Sommer-Wind-77"


class Shape(BaseModel):
    """What is asked for."""

    number: int


def test_every_call_is_masked(database: str, settings_of: Callable[..., None]) -> None:
    """The system part, the user part, and the model's own unfit answer that goes back to it."""
    prompt = Prompt("draft/v1", "You help {who}.", "Read: {text}")
    told = {"who": MAIL, "text": f"login {MAIL} / {PASSWORD}"}
    with world.scripted() as model, watched() as sent:
        settings_of(OPENAI_BASE_URL=model.url, INKLING_MODEL_FAST="m")
        model.say(f'{{"number": "password: {PASSWORD}, {MAIL}"}}', times=1)
        structured("fast", prompt, told, Shape, masker=Masker(), max_tokens=50)
    assert len(sent) == 2
    assert [text for text in sent if MAIL in text or PASSWORD in text] == []
    assert "[email 1]" in sent[0].splitlines()[0]
    assert "That cannot be used" in sent[1]


def test_nobody_watches_in_production() -> None:
    """What was sent is kept only for who asked, and only as long."""
    with watched() as first:
        pass
    assert first == []
