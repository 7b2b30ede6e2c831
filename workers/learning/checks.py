"""Whether a proposed rule may be shown to a reviewer: code, not a model; no names, no secrets, no orders, no facts."""

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.learning.rules import LONGEST, MOST_WORDS
from bot.core.models import HouseRule, Person
from workers.chain.orders import is_order
from workers.chain.words import names, normal, numbers, overlap, plain
from workers.llm import Masker

# Two rules that share this much of their words, both ways, are one.
_SAME = 0.6


def people_of(session: Session, workspace_id: int) -> set[str]:
    """The words of the names of everybody in a workspace, and of everybody at the desk."""
    people = session.scalars(
        select(Person).where((Person.workspace_id == workspace_id) | Person.workspace_id.is_(None))
    )
    return {word for person in people for word in re.findall(r"\w{3,}", normal(person.label))}


def refusal(text: str, people: set[str]) -> str:
    """Why a text cannot be a house rule, in a few words for the log; empty when it can."""
    if not 3 <= len(text.split()) <= MOST_WORDS or len(text) > LONGEST:
        return "not a short sentence"
    if text != plain(text) or re.search(r"https?:|www\.|@", text):
        return "holds a link or a mention"
    if Masker().mask(text) != text:
        return "holds a secret or an address"
    if is_order(text):
        return "is an order to the assistant"
    if people & set(re.findall(r"\w{3,}", normal(text))):
        return "names a person"
    return ""


def facts(text: str, seen: Iterable[str]) -> str:
    """A name or number in a text that fewer than two of the changes it comes from share; empty when there is none."""
    told = [normal(one) for one in seen]
    # "At most 8 words" is form; a version or a date is not.
    long = {number for number in numbers(text) if not re.fullmatch(r"\d{1,2}", number)}
    for part in sorted(names(text) | long):
        if sum(part in one for one in told) < 2:
            return part
    return ""


def known(text: str, rules: Iterable[HouseRule]) -> bool:
    """Whether some rule, also a refused one, says the same in nearly the same words."""
    return any(overlap(text, rule.text) >= _SAME and overlap(rule.text, text) >= _SAME for rule in rules)
