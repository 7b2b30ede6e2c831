"""Who is calling: a bearer token becomes an actor; what that actor may do, the ticket's rules decide."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.core import access
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.errors import InklingError

_scheme = HTTPBearer(auto_error=False, description="A token from `inkling user token NAME`.")


class Unknown(InklingError):
    """No token, or one that is not valid (any more)."""

    status = 401


@dataclass(frozen=True)
class CallerInfo:
    """The person behind the token, and the one workspace they may see (None: all)."""

    actor: Actor
    workspace_id: int | None


def _caller(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_scheme)]) -> CallerInfo:
    if credentials is None:
        raise Unknown("Send a bearer token: Authorization: Bearer TOKEN. Get one with: inkling user token NAME")
    with transaction() as session:
        person = access.person_of_token(session, credentials.credentials)
        if person is None:
            raise Unknown("This token is not valid, or not any more. Get a new one with: inkling user token NAME")
        return CallerInfo(Actor.of(person), person.workspace_id)


Caller = Annotated[CallerInfo, Depends(_caller)]
