"""A draft as lines that can be replaced, taken out and added one by one, and back; pure, decides nothing."""

from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from bot.core.tickets.content import SECTIONS, DraftContent, Statement

Place = Literal[
    "summary",
    "why",
    "steps",
    "expected",
    "actual",
    "environment",
    "wanted",
    "decided",
    "where",
    "scope",
    "criteria",
    "open_questions",
    "assumptions",
]
assert get_args(Place)[: len(SECTIONS)] == tuple(SECTIONS)
QUESTIONS = ("open_questions", "assumptions")


@dataclass
class Line:
    """One statement, criterion, open question or assumption. `person` says that its words are a person's."""

    place: Place
    said: Statement
    person: bool


@dataclass
class Lines:
    """All lines of a draft in reading order."""

    content: DraftContent
    all: list[Line] = field(default_factory=list)

    @classmethod
    def of(cls, content: DraftContent) -> "Lines":
        """The lines of a draft."""
        made = cls(content)
        for place in get_args(Place):
            if place in QUESTIONS:
                own = content.own.lines
                texts: list[str] = getattr(content, place)
                made.all += [Line(place, Statement(text=text), text in own) for text in texts]
            else:
                said = content.criteria if place == "criteria" else content.sections.get(place, [])
                made.all += [Line(place, one, one.by == "person") for one in said]
        return made

    def at(self, place: str) -> list[Line]:
        """The lines that stand in one place."""
        return [line for line in self.all if line.place == place]

    def add(self, place: Place, said: Statement) -> None:
        """Put a line at the end of its place, unless it stands there already."""
        if all(line.said.text.casefold() != said.text.casefold() for line in self.at(place)):
            self.all.append(Line(place, said, person=False))

    def take_out(self, line: Line) -> None:
        """Remove this very line."""
        self.all = [one for one in self.all if one is not line]

    def text(self) -> str:
        """Everything that is said, as one text."""
        return "\n".join([self.content.title, *(line.said.text for line in self.all)])

    def written(self) -> DraftContent:
        """The draft that these lines are."""
        sections = {name: [line.said for line in self.at(name)] for name in SECTIONS}
        plain = {name: [line.said.text for line in self.at(name)] for name in QUESTIONS}
        update = {"sections": {name: said for name, said in sections.items() if said}, **plain}
        return self.content.model_copy(update={**update, "criteria": [line.said for line in self.at("criteria")]})


def place_of(name: str) -> Place | None:
    """The place with this name, as a model may spell it."""
    name = {"criterion": "criteria", "open_question": "open_questions"}.get(name, name)
    return cast("Place", name) if name in get_args(Place) else None
