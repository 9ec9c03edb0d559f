"""Calendars and policies in the overlay: every edit is a new version, and clocks under way keep the one they began with."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, and_, func, insert, select, update

from app.clock import now
from app.errors import NotVisible, Stale
from rules.sla.calendar import Calendar
from rules.sla.definition import calendar_from, definition_of
from rules.sla.policy import SlaPolicy, definition_from, document_of
from rules.tables import calendar_versions, calendars, policies, policy_versions

STATED = ("name", "entity", "kind", "position", "active", "valid_from", "valid_to")


@dataclass(frozen=True)
class StoredCalendar:
    """A calendar with its identity; the version stands in the calendar."""

    id: int
    calendar: Calendar


def save_calendar(
    connection: Connection, calendar: Calendar, author: str, calendar_id: int | None = None, based_on: int = 0
) -> StoredCalendar:
    """Keep a calendar as a new one, or as the next version of `calendar_id`; raises Stale when that is not `based_on`."""
    if calendar_id is None:
        statement = insert(calendars).values(name=calendar.name, version=1)
        calendar_id = connection.execute(statement).lastrowid
    else:
        _advance(connection, calendars, calendar_id, based_on, {"name": calendar.name})
    kept = replace(calendar, version=based_on + 1)
    row = {"calendar_id": calendar_id, "version": kept.version, "name": kept.name, "author": author}
    row |= {"definition": json.dumps(definition_of(kept), ensure_ascii=False), "at": now(connection)}
    connection.execute(insert(calendar_versions).values(row))
    return StoredCalendar(calendar_id, kept)


def calendar_with_id(connection: Connection, calendar_id: int, version: int | None = None) -> StoredCalendar:
    """A calendar, in the version in force or an older one; raises NotVisible."""
    versions = calendar_versions
    found = select(versions).where(versions.c.calendar_id == calendar_id)
    found = (
        found.where(versions.c.version == version) if version else found.order_by(versions.c.version.desc())
    )
    row = connection.execute(found.limit(1)).mappings().first()
    if row is None:
        raise NotVisible(_("This calendar does not exist. Choose one from the list."))
    return _stored_calendar(row)


def all_calendars(connection: Connection) -> list[StoredCalendar]:
    """All calendars in force, by name."""
    versions = calendar_versions
    newest = and_(versions.c.calendar_id == calendars.c.id, versions.c.version == calendars.c.version)
    rows = connection.execute(select(versions).join(calendars, newest).order_by(calendars.c.name)).mappings()
    return [_stored_calendar(row) for row in rows]


def save_policy(connection: Connection, policy: SlaPolicy, author: str) -> SlaPolicy:
    """Keep a policy: id 0 = a new one, else the next version; raises Stale when `policy.version` is not in force."""
    moment = now(connection)
    if policy.id:
        stated = {name: getattr(policy, name) for name in STATED}
        was_active = select(policies.c.active).where(policies.c.id == policy.id)
        if policy.active and not connection.execute(was_active).scalar():
            stated["activated_at"] = moment
        _advance(
            connection,
            policies,
            policy.id,
            policy.version,
            {**stated, "last_error": "", "last_error_at": None},
        )
        policy_id = policy.id
    else:
        policy_id = _new_policy(connection, policy, moment)
    row = {"policy_id": policy_id, "version": policy.version + 1, "author": author, "at": moment}
    row["definition"] = json.dumps(document_of(policy.definition), ensure_ascii=False)
    connection.execute(insert(policy_versions).values(row))
    return policy_with_id(connection, policy_id)


def policy_with_id(connection: Connection, policy_id: int, version: int | None = None) -> SlaPolicy:
    """A policy with the definition in force, or with an older one; raises NotVisible."""
    wanted = policy_versions.c.version == (version or policies.c.version)
    both = and_(policy_versions.c.policy_id == policies.c.id, wanted)
    found = select(policies, policy_versions.c.version.label("shown"), policy_versions.c.definition)
    row = (
        connection.execute(found.join(policy_versions, both).where(policies.c.id == policy_id))
        .mappings()
        .first()
    )
    if row is None:
        raise NotVisible(_("This policy does not exist. Choose one from the list."))
    return _policy(row)


def all_policies(connection: Connection) -> list[SlaPolicy]:
    """All policies in force, in the order in which they are tried."""
    both = and_(policy_versions.c.policy_id == policies.c.id, policy_versions.c.version == policies.c.version)
    found = select(policies, policy_versions.c.version.label("shown"), policy_versions.c.definition)
    ordered = found.join(policy_versions, both).order_by(policies.c.position, policies.c.id)
    return [_policy(row) for row in connection.execute(ordered).mappings()]


class Library:
    """Definitions by version, kept in memory: a version never changes. One for each runner."""

    def __init__(self) -> None:
        self._policies: dict[tuple[int, int], SlaPolicy] = {}
        self._calendars: dict[tuple[int, int], Calendar] = {}

    def policy(self, connection: Connection, policy_id: int, version: int) -> SlaPolicy:
        """A policy in one version."""
        key = policy_id, version
        if key not in self._policies:
            self._policies[key] = policy_with_id(connection, policy_id, version)
        return self._policies[key]

    def calendar(self, connection: Connection, calendar_id: int, version: int) -> Calendar:
        """A calendar in one version."""
        key = calendar_id, version
        if key not in self._calendars:
            self._calendars[key] = calendar_with_id(connection, calendar_id, version).calendar
        return self._calendars[key]

    def calendar_in_force(self, connection: Connection, calendar_id: int) -> StoredCalendar:
        """A calendar in its newest version."""
        newest = select(calendars.c.version).where(calendars.c.id == calendar_id)
        version = connection.execute(newest).scalar() or 0
        return StoredCalendar(calendar_id, self.calendar(connection, calendar_id, version))


def _advance(connection: Connection, table: Any, row_id: int, based_on: int, values: dict[str, Any]) -> None:
    """Make the next version the one in force, unless somebody else did."""
    mine = and_(table.c.id == row_id, table.c.version == based_on)
    if connection.execute(update(table).where(mine).values(version=based_on + 1, **values)).rowcount != 1:
        raise Stale(_("Somebody saved this after you opened it. Look at that change, then save again."))


def _new_policy(connection: Connection, policy: SlaPolicy, moment: datetime) -> int:
    stated = {name: getattr(policy, name) for name in STATED}
    if not policy.position:
        last = connection.execute(select(func.max(policies.c.position))).scalar() or 0
        stated["position"] = last + 10
    statement = insert(policies).values(**stated, version=policy.version + 1, activated_at=moment)
    return connection.execute(statement).lastrowid


def _stored_calendar(row: Any) -> StoredCalendar:
    calendar = calendar_from(json.loads(row["definition"]), name=row["name"], version=row["version"])
    return StoredCalendar(row["calendar_id"], calendar)


def _policy(row: Any) -> SlaPolicy:
    stated = {name: row[name] for name in (*STATED, "id", "activated_at")}
    return SlaPolicy(
        **stated, version=row["shown"], definition=definition_from(json.loads(row["definition"]))
    )
