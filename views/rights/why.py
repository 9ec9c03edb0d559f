"""Why somebody may do something with a record, in words, and who else may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext as _
from sqlalchemy import Connection, select
from sqlalchemy.orm import selectinload

from app.actor import Actor
from app.errors import Invalid
from app.i18n import language
from app.security import let_go, overlay_session
from models import access, explain
from models.organisation import places_of
from models.policy import Policy
from models.wiring.nouns import Entity
from views.rights.words import action_words, limit_words, place_words, right_words, role_name, rule_words

AT_A_TIME = 100
"""Accounts that are asked about on one page."""


@dataclass(frozen=True)
class RuleLine:
    """A rule in words and what it does here."""

    role: str
    place: str
    words: str
    tone: str
    outcome: str


@dataclass(frozen=True)
class FieldLine:
    """A field, the right on this record, and the rules behind it."""

    label: str
    right: str
    rules: list[str]


def account(username: str) -> Any:
    """The account of that name. Raises Invalid."""
    found = overlay_session().execute(select(User).where(User.username == username)).scalar_one_or_none()
    if found is None:
        raise Invalid(
            _("There is no account called “%(name)s”. Choose one from the list.", name=username[:64])
        )
    return found


def answer(entity: Entity, token: str, user: Any, action: str) -> dict[str, Any]:
    """What the page says about one person."""
    actor = access.actor_of(user)
    connection = access.overlay()
    policy = access.policy_of(connection, actor, access.catalogue())
    allowed = user.active and explain.allows(connection, policy, entity, token, action)
    return {
        "user": user,
        "allowed": allowed,
        "sentence": sentence(user, policy, entity, action, allowed=allowed),
        "rules": rule_lines(connection, policy, entity, token, action),
        "fields": field_lines(connection, policy, entity, token, action) if allowed else [],
        "roles": [role_name(role) for role in sorted(actor.roles)],
    }


def sentence(user: Any, policy: Policy, entity: Entity, action: str, *, allowed: bool) -> str:
    """The verdict in a sentence."""
    words = {"name": user.username, "action": action_words()[action]}
    if not user.active:
        return str(_("%(name)s cannot sign in: the account is not active.", **words))
    if policy.actor.is_administrator:
        return str(_("%(name)s is an administrator and may do everything.", **words))
    if allowed:
        return str(_("%(action)s: yes, %(name)s may, by the rules below.", **words))
    return refusal(policy, entity, action, words)


def refusal(policy: Policy, entity: Entity, action: str, words: dict[str, str]) -> str:
    """Why it is a no: read-only, nothing said, denied, or other records only."""
    if action not in {"see", "export"} and entity.read_only:
        return str(_("Nobody can change anything here: these records are read-only."))
    if not any(rule.covers(entity, action) for rule in policy.access):
        return str(_("%(action)s: no, none of the roles of %(name)s says anything about it.", **words))
    if not policy.granting(entity, action):
        return str(_("%(action)s: no, a rule denies it to %(name)s, and that wins.", **words))
    return str(_("%(action)s: no, the rules of %(name)s give other records.", **words))


def rule_lines(
    connection: Connection, policy: Policy, entity: Entity, token: str, action: str
) -> list[RuleLine]:
    """All rules that speak of it; a record must be seen before anything else can be done with it."""
    actions = [action] if action in {"see", "create"} else [action, "see"]
    return [
        _rule_line(reason, entity)
        for one in actions
        for reason in explain.reasons(connection, policy, entity, token, one)
    ]


def _rule_line(reason: explain.Reason, entity: Entity) -> RuleLine:
    rule = reason.rule
    said = {"action": action_words()[rule.action], "records": rule_words(rule, entity)}
    words = _("%(action)s: %(records)s", **said)
    outcome = ("bad", _("denies")) if reason.denies else ("good", _("gives this record"))
    tone, verdict = outcome if reason.denies or reason.gives else ("", _("gives other records"))
    return RuleLine(role_name(rule.role), place_words(rule.entity), words, tone, verdict)


def field_lines(
    connection: Connection, policy: Policy, entity: Entity, token: str, action: str
) -> list[FieldLine]:
    """Fields about which a rule says anything; all others are editable as far as the record is."""
    rights = explain.rights(connection, policy, entity, token, action)
    rules: dict[str, list[str]] = {}
    for limit in explain.limits(connection, policy, entity, token):
        words = f"{role_name(limit.rule.role)}: {limit_words(limit.rule, entity)}"
        rules.setdefault(limit.rule.field, []).append(
            words if limit.counts else _("%(rule)s (not on this record)", rule=words)
        )
    names = right_words()
    return [
        FieldLine(entity.fields[name].label.text(language()) or name, names[rights[name]], found)
        for name, found in rules.items()
    ]


def those_who_may(entity: Entity, token: str, action: str, after: int) -> tuple[list[Any], int]:
    """Accounts that may do it among the next AT_A_TIME active ones, and the id to go on behind (0 = that was all)."""
    found = select(User).options(selectinload(User.roles)).where(User.active, User.id > after)
    users = list(overlay_session().execute(found.order_by(User.id).limit(AT_A_TIME)).scalars())
    let_go()
    by_id = {user.id: user for user in users}
    connection = access.overlay()
    policies = _policies(connection, users)
    able = explain.those_who_may(connection, policies, entity, token, action)
    more = users[-1].id if len(users) == AT_A_TIME else 0
    return [by_id[policy.actor.user_id] for policy in able], more


def _policies(connection: Connection, users: list[Any]) -> list[Policy]:
    places = places_of(connection, [user.id for user in users])
    return [_policy(connection, access.actor_at(user, places[user.id])) for user in users]


def _policy(connection: Connection, actor: Actor) -> Policy:
    if actor.is_administrator:
        return Policy(actor, access.catalogue())
    return access.policy_of(connection, actor, access.catalogue())
