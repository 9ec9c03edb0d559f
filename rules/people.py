"""Who is told: audiences such as "owner" or "superior:2" become accounts at the moment when a step fires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import Connection

from app.actor import acting_as
from app.extensions import services
from models import access, organisation, substitution
from models.guard import RecordSession
from rules.readers import worded

HIGHEST = 10
"""Superiors climbed at most: a tree that goes round in a circle ends here."""


class People(Protocol):
    """What the engine asks about people; every answer is worked out at the moment of asking."""

    def superior_of(self, connection: Connection, employee: str) -> str | None:
        """Employee code of the superior; None at the top."""

    def user_of(self, connection: Connection, employee: str) -> int | None:
        """The account of an employee."""

    def users_in_role(self, connection: Connection, role: str) -> list[int]:
        """Active accounts that hold a role."""

    def substitutes_of(self, connection: Connection, user_ids: Sequence[int]) -> list[int]:
        """Accounts that stand in for one of these today."""

    def address_of(self, connection: Connection, user_id: int) -> str | None:
        """The mail address of an active account."""

    def told(self, user_id: int, params: Mapping[str, Any], link: str) -> Mapping[str, Any]:
        """The parameters of a message as this account may know them."""


class Staff:
    """People as the organisation tree and Flask-AppBuilder's accounts know them."""

    def superior_of(self, connection: Connection, employee: str) -> str | None:
        return organisation.superior_of(connection, employee)

    def user_of(self, connection: Connection, employee: str) -> int | None:
        return organisation.user_of(connection, employee)

    def users_in_role(self, connection: Connection, role: str) -> list[int]:
        from flask_appbuilder.security.sqla.models import Role, User
        from sqlalchemy import select

        found = select(User.id).join(User.roles).where(Role.name == role, User.active)
        return sorted(connection.execute(found).scalars())

    def substitutes_of(self, connection: Connection, user_ids: Sequence[int]) -> list[int]:
        return substitution.substitutes_of(connection, user_ids)

    def address_of(self, connection: Connection, user_id: int) -> str | None:
        from flask_appbuilder.security.sqla.models import User
        from sqlalchemy import select

        return connection.execute(select(User.email).where(User.id == user_id, User.active)).scalar()

    def told(self, user_id: int, params: Mapping[str, Any], link: str) -> Mapping[str, Any]:
        account = current_app.appbuilder.sm.get_user_by_id(user_id)  # type: ignore[attr-defined]
        with (
            acting_as(access.actor_of(account)),
            RecordSession(services().engine, access.policy()) as session,
        ):
            return worded(session, [(params, link)])[0]


@dataclass
class Receivers:
    """Accounts that are told, and how an audience that was empty was replaced."""

    users: list[int] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)

    def add(self, users: Iterable[int]) -> bool:
        """Whether there was anybody; each person is told once."""
        found = list(users)
        self.users += [user for user in found if user not in self.users]
        return bool(found)


def receivers_of(connection: Connection, people: People, audience: Iterable[str], owner: str) -> Receivers:
    """The accounts of an audience. An empty one goes to the next superior, then to the administrators."""
    found = Receivers()
    for name in audience:
        if found.add(_named(connection, people, name, owner)):
            continue
        if found.add(_above(connection, people, owner, _height(name))):
            found.instead.append(f"{name}: superior")
        elif found.add(people.users_in_role(connection, "Admin")):
            found.instead.append(f"{name}: administrators")
        else:
            found.instead.append(f"{name}: nobody")
    return found


def _named(connection: Connection, people: People, name: str, owner: str) -> list[int]:
    kind, _colon, rest = name.partition(":")
    if kind == "role":
        return people.users_in_role(connection, rest)
    if kind == "administrators":
        return people.users_in_role(connection, "Admin")
    chain = _chain(connection, people, owner)
    height = _height(name)
    user = people.user_of(connection, chain[height]) if height < len(chain) else None
    return [user] if user is not None else []


def _above(connection: Connection, people: People, owner: str, height: int) -> list[int]:
    """The first account above somebody who has none."""
    for employee in _chain(connection, people, owner)[height + 1 :]:
        user = people.user_of(connection, employee)
        if user is not None:
            return [user]
    return []


def _height(name: str) -> int:
    """Steps above the owner: owner 0, superior 1, superior:2 two."""
    kind, _colon, rest = name.partition(":")
    return (int(rest) if rest.isdigit() else 1) if kind == "superior" else 0


def _chain(connection: Connection, people: People, owner: str) -> list[str]:
    """The owner and the superiors above, each once."""
    chain = [owner] if owner else []
    while chain and len(chain) <= HIGHEST:
        above = people.superior_of(connection, chain[-1])
        if above is None or above in chain:
            break
        chain.append(above)
    return chain
