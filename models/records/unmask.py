"""One masked value shown: to whom may do so on this record, for a reason, within the quota of the day, and never without a trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.errors import Invalid, NotAllowed, Stale, TooMany
from app.extensions import services
from models import audit, quota
from models.allowances import UNMASK, most
from models.guard import RecordSession, unknown_field
from models.records import read, rights
from models.records.rows import by_key
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity

SUBJECT, ACTION = "@unmask", "unmask"
SHORTEST_REASON, LONGEST_REASON = 3, 500


def value(session: RecordSession, entity: Entity, token: str, name: str, reason: str) -> Any:
    """The stored value of a field that the person sees masked. Raises NotVisible, NotAllowed, Invalid, TooMany, and Stale where it is not masked (any more).

    What is asked is checked before the quota is touched; the entry of the audit stands before the value leaves.
    """
    key = key_of(entity, token)
    _require_masked(session, entity, token_for(entity, key), name)
    found = _stored(session, entity, key, name)
    said = _checked(reason)
    actor, engine = session.policy.actor, services().engine
    allowed = most(session.policy, entity, UNMASK)
    if quota.claim(engine, actor.user_id or 0, UNMASK, 1, allowed) is None:
        raise TooMany(_("You have had %(most)s masked values shown today, which is all that your role allows. Try again tomorrow, or ask an administrator.", most=allowed))  # fmt: skip
    told = {"entity": entity.name, "record": token_for(entity, key), "field": name}
    label = f"{entity.label.en or entity.label.zh or entity.name}: {entity.fields[name].label.en or name}"
    audit.tell(
        actor,
        SUBJECT,
        ACTION,
        record=f"{entity.name}/{token_for(entity, key)}",
        title=label,
        reason=said,
        after=told,
    )
    return found


def _require_masked(session: RecordSession, entity: Entity, token: str, name: str) -> None:
    """The person sees the record and, of this field, a part. A hidden one is answered like one that nobody ever used."""
    if name not in entity.fields or session.policy.right(entity, name) == "hidden":
        raise unknown_field(name)
    record = read.get(session, entity, token, [name])
    right = record.rights.get(name, session.policy.right(entity, name))
    if right == "hidden":
        raise unknown_field(name)
    if right != "masked":
        raise Stale(_("This value is not masked: you see all of it."))


def _stored(session: RecordSession, entity: Entity, key: dict[str, Any], name: str) -> Any:
    """The value as it is stored, for a record on which a role gives the right to have it shown."""
    cells = session.policy.cells(entity, ACTION)
    if not session.policy.may(entity, ACTION) or cells.widest(name) == "hidden":
        raise _not_allowed()
    with session.for_action(ACTION):
        flags = rights.flags(session, entity, [name])
        statement = select(entity.attribute(name), *flags).where(by_key(entity, key))
        row = session.execute(statement).first()
    if row is None or cells.right(name, row[1:]) == "hidden":
        raise _not_allowed()
    return row[0]


def _checked(reason: str) -> str:
    said = " ".join(reason.split())[:LONGEST_REASON]
    if len(said) < SHORTEST_REASON:
        sentence = _("Say why you need this value: the reason is kept with your name.")
        raise Invalid(sentence, fields={"reason": sentence})
    return said


def _not_allowed() -> NotAllowed:
    return NotAllowed(
        _("You may not have masked values of this record shown. Ask an administrator if you need it.")
    )


def offered(session: RecordSession, entity: Entity, token: str, names: Sequence[str]) -> list[str]:
    """Those of the masked fields of a record that the person may have shown; one statement, none for most people."""
    policy = session.policy
    if policy.actor.is_administrator or not names or not policy.may(entity, ACTION):
        return []
    cells = policy.cells(entity, ACTION)
    with session.for_action(ACTION):
        flags = rights.flags(session, entity, names)
        keys = [entity.attribute(one) for one in entity.key]
        found = session.execute(select(*keys, *flags).where(by_key(entity, key_of(entity, token)))).first()
    row_flags = found[len(keys) :] if found is not None else ()
    return [name for name in names if found is not None and cells.right(name, row_flags) != "hidden"]
