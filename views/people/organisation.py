"""The organisation read anew: a preview of who joins, moves and leaves, then the tree as the legacy tables have it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from app.errors import Invalid
from app.extensions import services
from app.i18n import language
from models import access, audit
from models.organisation import Staff, hold
from models.organisation_plan import Plan, plan, with_hand_kept
from models.organisation_rebuild import rebuild
from models.organisation_source import as_wired

SHOWN = 200
"""Lines of each list; the numbers above them are whole."""


def preview() -> dict[str, Any]:
    """What people/organisation.html draws. Raises Invalid when no table is wired as organisation."""
    return context(_plan())


def context(found: Plan) -> dict[str, Any]:
    """What a preview draws of a plan."""
    return {
        "plan": found,
        "shown": SHOWN,
        "leavers": [_leaver(person) for person in found.leaves[:SHOWN]],
        "closes": sum(person.user_id is not None for person in found.leaves),
    }


def _plan() -> Plan:
    units, staff = as_wired(access.overlay(), access.catalogue())
    if not units:
        raise Invalid(
            _("No table is wired as organisation units. Give one that role in the wiring, then try again.")
        )
    return plan(access.overlay(), *with_hand_kept(access.overlay(), units, staff))


def _leaver(person: Staff) -> dict[str, Any]:
    """Somebody who leaves, with the lists of what is theirs, for handing it over."""
    return {
        "code": person.code,
        "name": person.name,
        "has_account": person.user_id is not None,
        "lists": _lists(person),
    }


def _lists(person: Staff) -> list[tuple[str, str]]:
    """(label, address) of each entity's list, narrowed to what the person owns."""
    policy = access.policy()
    owned = [
        e
        for e in access.catalogue().entities.values()
        if e.owner and policy.may(e, "see") and policy.is_open(e, e.owner)
    ]
    return [(e.label.text(language()), owned_list(e, person.code)) for e in owned]


def owned_list(entity: Any, code: str) -> str:
    """The address of an entity's list, narrowed to what somebody owns."""
    owned = json.dumps({"field": entity.owner, "op": "eq", "value": code}, ensure_ascii=False)
    return url_for("RecordView.list", entity=entity.name, filter=owned)


def take_over(*, closes: bool) -> tuple[int, int]:
    """Put the tree in place; returns how many units it has and how many accounts of leavers were closed."""
    with services().engine.begin() as connection:
        hold(connection)
        units, staff = as_wired(connection, access.catalogue())
        if not units:
            raise Invalid(
                _(
                    "No table is wired as organisation units. Give one that role in the wiring, then try again."
                )
            )
        units, staff = with_hand_kept(connection, units, staff)
        found = plan(connection, units, staff)
        rebuild(connection, units, staff)
        audit.note(connection, access.actor(), "@rights", "organisation", after=found.numbers)
    return len(units), close(found.leaves) if closes else 0


def close(leavers: Iterable[Staff]) -> int:
    """Switch the accounts of people off who left, never the own one; each is in the audit."""
    manager, closed = current_app.appbuilder.sm, 0  # type: ignore[attr-defined]
    for person in leavers:
        user = manager.get_user_by_id(person.user_id) if person.user_id is not None else None
        if user is not None and user.active and user.id != access.actor().user_id:
            user.active = False
            manager.update_user(user)
            closed += 1
    return closed
