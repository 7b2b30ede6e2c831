"""A dataset of reports with what a good ticket must hold, one JSON object a line; reading and checking it alone."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bot.core.errors import Invalid

# What stands in a dataset for a reporter who never answers.
_SILENCE = "(no answer)"


class Said(BaseModel):
    """A message of a thread."""

    user: str
    text: str
    minutes_after: int = 0


class Case(BaseModel):
    """A report: what is said, what its reporter answers when asked, and what is right and wrong in its ticket.

    `answers` by field (`anything_else` for every other question); without answers the reporter never answers. `told`
    are the fields whose answer is there already; of one that is neither told nor missing nothing need be known.
    `duplicate_of` is an earlier report with the same problem.
    """

    model_config = ConfigDict(extra="ignore")

    id: str
    text: str
    reporter_role: str = "reporter"
    thread: list[Said] = []
    acceptable_kinds: list[str]
    missing: list[str] = []
    told: list[str] = []
    answers: dict[str, str] = {}
    key_facts: list[str] = []
    traps: list[str] = []
    acceptable_ticket_counts: list[int] = [1]
    must_split: bool = False
    duplicate_of: str | None = None
    contains_secrets: list[str] = []
    injection: bool = False

    @model_validator(mode="after")
    def _whole(self) -> "Case":
        self.answers = {field: said for field, said in self.answers.items() if said != _SILENCE}
        self.thread = self.thread or [Said(user=self.reporter_role, text=self.text)]
        return self


def read(path: Path) -> list[Case]:
    """All cases of a file. Raises Invalid with the number of the line that cannot be read."""
    cases: list[Case] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise Invalid(f"{path.name}, line {number}: {where or 'the line'}: {first['msg']}.") from None
    if not cases:
        raise Invalid(f"{path.name} holds no reports.")
    if len({case.id for case in cases}) < len(cases):
        raise Invalid(f"{path.name} has two reports with the same id.")
    return cases
