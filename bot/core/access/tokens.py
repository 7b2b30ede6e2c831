"""Sign-in links (used once), desk sessions (revocable) and bearer tokens; secrets leave once and stay as hashes."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.audit import SYSTEM, record
from bot.core.audit.actors import RANK
from bot.core.clock import now
from bot.core.errors import Invalid, NotFound
from bot.core.models import ApiToken, DeskSession, Person, SignInLink

LINK_LIFE = timedelta(days=7)
SESSION_LIFE = timedelta(days=14)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add_person(session: Session, name: str, role: str | None = None) -> Person:
    """Add someone who may sign in to the desk, again or for the first time; without a role they keep theirs.

    A new person without a role is a reviewer.
    """
    if role is not None and role not in RANK:
        raise Invalid(f"There is no role called {role}. Choose one of: {', '.join(RANK)}.")
    person = session.scalars(select(Person).where(Person.name == name)).first()
    before = {"role": person.role, "active": person.active} if person else {}
    if person is None:
        person = Person(name=name, display_name=name, role="reviewer")
        session.add(person)
    person.role, person.active = role or person.role, True
    session.flush()
    after = {"person": person.id, "name": name, "role": person.role, "active": True}
    record(session, SYSTEM, "person.added", before=before, after=after)
    return person


def remove_person(session: Session, name: str) -> Person:
    """Lock someone out at once: links, sessions and tokens end. What they did stays. Raises NotFound."""
    person = _named(session, name)
    person.active = False
    for table in (ApiToken, DeskSession):
        session.execute(
            update(table).where(table.person_id == person.id, table.revoked_at.is_(None)).values(revoked_at=now())
        )
    record(session, SYSTEM, "person.removed", before={"active": True}, after={"person": person.id, "name": name})
    return person


def _named(session: Session, name: str) -> Person:
    person = session.scalars(select(Person).where(Person.name == name, Person.active)).first()
    if person is None:
        raise NotFound(f"Nobody here is called {name}. Add them with: inkling user add {name} --role reviewer")
    return person


def issue_link(session: Session, person: Person) -> str:
    """A token for /sign-in/<token>, good for one use within a week."""
    token = secrets.token_urlsafe(32)
    session.add(SignInLink(token_hash=_hash(token), person_id=person.id, expires_at=now() + LINK_LIFE))
    return token


def person_of_link(session: Session, link_token: str) -> Person | None:
    """Whom a link would sign in, without using it up; None when it was used or is too old."""
    return session.scalars(
        select(Person)
        .join(SignInLink, SignInLink.person_id == Person.id)
        .where(
            SignInLink.token_hash == _hash(link_token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now(),
            Person.active,
        )
    ).first()


def sign_in(session: Session, link_token: str) -> tuple[str, Person]:
    """Use a link up and begin a session; returns the cookie's value and the person."""
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.token_hash == _hash(link_token), SignInLink.used_at.is_(None), SignInLink.expires_at > now())
        .values(used_at=now())
        .returning(SignInLink.person_id)
    ).first()
    person = session.get(Person, used.person_id) if used else None
    if person is None or not person.active:
        raise NotFound("This sign-in link was used already or is too old. Ask for a new one: inkling user add NAME")
    cookie = secrets.token_urlsafe(32)
    session.add(
        DeskSession(
            token_hash=_hash(cookie),
            csrf_token=secrets.token_urlsafe(32),
            person_id=person.id,
            expires_at=now() + SESSION_LIFE,
        )
    )
    record(session, SYSTEM, "person.signed_in", after={"person": person.id, "name": person.label})
    return cookie, person


def session_of(session: Session, cookie: str) -> tuple[DeskSession, Person] | None:
    """The living session behind a cookie and its person, or None."""
    row = session.execute(
        select(DeskSession, Person)
        .join(Person, Person.id == DeskSession.person_id)
        .where(
            DeskSession.token_hash == _hash(cookie),
            DeskSession.revoked_at.is_(None),
            DeskSession.expires_at > now(),
            Person.active,
        )
    ).first()
    return (row[0], row[1]) if row else None


def revoke_session(session: Session, cookie: str) -> None:
    """End a session here and now, wherever its cookie still is."""
    session.execute(update(DeskSession).where(DeskSession.token_hash == _hash(cookie)).values(revoked_at=now()))


def issue_api_token(session: Session, name: str) -> str:
    """A bearer token for the person called `name`."""
    person = _named(session, name)
    token = f"ink_{secrets.token_urlsafe(32)}"
    session.add(ApiToken(token_hash=_hash(token), person_id=person.id))
    record(session, SYSTEM, "token.issued", after={"person": person.id})
    return token


def person_of_token(session: Session, token: str) -> Person | None:
    """The active person behind a bearer token, or None."""
    return session.scalars(
        select(Person)
        .join(ApiToken, ApiToken.person_id == Person.id)
        .where(ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None), Person.active)
    ).first()
