"""What a house rule makes code do, as data, and the sentence that says so; how it is done lives in the chain."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.core.tickets.content import SECTIONS, Kind

_KINDS = {
    "bug": "a bug",
    "idea": "an idea",
    "feedback": "feedback",
    "question": "a question",
    "not_actionable": "nothing to act on",
}


class _Effect(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LeaveOut(_Effect):
    """A section that stays empty."""

    do: Literal["leave_out"] = "leave_out"
    section: str

    def sentence(self) -> str:
        """The rule as people read it."""
        return f"Leave out “{SECTIONS[self.section]}”."


class Say(_Effect):
    """A word or two that stand for others, in Inkling's own words only."""

    do: Literal["say"] = "say"
    old: str
    new: str

    def sentence(self) -> str:
        """The rule as people read it."""
        return f"Say “{self.new}”, not “{self.old}”."


class ShortTitle(_Effect):
    """The most words of a title."""

    do: Literal["short_title"] = "short_title"
    words: int = Field(ge=3, le=12)

    def sentence(self) -> str:
        """The rule as people read it."""
        return f"Keep titles to {self.words} words."


class AsKind(_Effect):
    """A kind that is really another one."""

    do: Literal["as_kind"] = "as_kind"
    old: Kind
    new: Kind

    def sentence(self) -> str:
        """The rule as people read it."""
        return f"What looks like {_KINDS[self.old]} is {_KINDS[self.new]}."


class AddCriterion(_Effect):
    """A criterion that every ticket has."""

    do: Literal["add_criterion"] = "add_criterion"
    text: str

    def sentence(self) -> str:
        """The rule as people read it."""
        return f"Always add the criterion “{self.text.rstrip('.')}”."


Effect = LeaveOut | Say | ShortTitle | AsKind | AddCriterion
_ADAPTER: TypeAdapter[Effect] = TypeAdapter(Annotated[Effect, Field(discriminator="do")])


def effect_of(stored: dict[str, Any]) -> Effect | None:
    """A stored effect; None for none, and for one that this version of Inkling does not know."""
    try:
        return _ADAPTER.validate_python(stored) if stored else None
    except ValidationError:
        return None
