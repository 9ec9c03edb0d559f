"""A second person's word on the screen: who may give it, the form that gives it, and the messages on both ways."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import request
from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, User, ViewMenu
from flask_babel import gettext as _
from sqlalchemy import Connection, or_, select

from app.errors import Invalid
from app.extensions import services
from models import access, approvals
from models.approvals import APPROVED, KINDS, ApprovalRequest
from rules import inbox
from rules.messages import Message

ADMINISTRATORS = "Admin"
MOST_TOLD = 100


def decide(number: str, link: str) -> ApprovalRequest:
    """What the form says about a request; whoever asked is told. Raises Invalid, NotAllowed, Stale.

    `link` leads whoever asked back to the request.
    """
    sentence, answer = request.form.get("sentence", "").strip(), request.form.get("answer", "")
    if answer not in {"approve", "refuse"}:
        raise Invalid(_("Choose whether you approve it or refuse it."))
    with services().engine.begin() as connection:
        found = approvals.decide(connection, access.actor(), number, sentence, approves=answer == "approve")
        params = {"who": access.actor().username, "sentence": found.sentence}
        _tell(connection, [found.user_id], f"{found.kind}.{found.state}", link, params)
    return found


def tell_asked(connection: Connection, number: str, link: str) -> None:
    """Tell everybody who may decide, but never the person who asks."""
    found = approvals.with_id(connection, number)
    if found is None:
        return
    kind = KINDS[found.kind]
    told = [
        user
        for user in holders(connection, kind.permission, kind.view)
        if user not in {found.user_id, found.stands_for}
    ]
    _tell(connection, told[:MOST_TOLD], f"{found.kind}.asked", link, {"who": found.username})


def is_approved(found: ApprovalRequest) -> bool:
    """What the form said, for the words after it."""
    return found.state == APPROVED


def holders(connection: Connection, permission: str, view: str) -> list[int]:
    """Active accounts whose roles have a right on a screen, administrators among them."""
    may = (
        select(Role.id).join(Role.permissions).join(PermissionView.permission).join(PermissionView.view_menu)
        .where(Permission.name == permission, ViewMenu.name == view)
    )  # fmt: skip
    holds = or_(Role.id.in_(may), Role.name == ADMINISTRATORS)
    found = select(User.id).join(User.roles).where(holds, User.active).distinct().order_by(User.id)
    return list(connection.execute(found).scalars())


def _tell(connection: Connection, users: list[int], code: str, link: str, params: Mapping[str, str]) -> None:
    inbox.tell(connection, users, Message(code, {**params, "title": ""}, link), datetime.now(UTC))
