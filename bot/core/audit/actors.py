"""Who acts: a person with a role, Inkling itself, or the system around it."""

from dataclasses import dataclass

from bot.core.models import Person

RANK = {"reporter": 0, "reviewer": 1, "admin": 2}


@dataclass(frozen=True)
class Actor:
    """`id` is `person:<n>`, `inkling` or `system`; `role` is what it may do."""

    id: str
    name: str
    role: str
    person_id: int | None = None

    @classmethod
    def of(cls, person: Person) -> "Actor":
        """The actor that a person is."""
        return cls(f"person:{person.id}", person.label, person.role, person.id)

    def may(self, role: str) -> bool:
        """Whether this actor has at least `role`; Inkling and the system are never a reviewer."""
        return RANK.get(self.role, -1) >= RANK[role]


INKLING = Actor("inkling", "Inkling", "inkling")
SYSTEM = Actor("system", "the system", "system")
