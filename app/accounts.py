"""Accounts at the first start: the roles that exist, and an administrator who can sign in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from flask import current_app
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import insert, select
from werkzeug.security import generate_password_hash

from app.security import overlay_session


def ensure_roles(names: Iterable[str]) -> None:
    """Make the roles that are missing."""
    session = overlay_session()
    held = set(session.execute(select(Role.name)).scalars())
    missing = [{"name": name} for name in names if name not in held]
    if missing:
        session.execute(insert(Role), missing)
        session.commit()


def has_accounts() -> bool:
    """Can anybody sign in?"""
    return overlay_session().execute(select(User.id).limit(1)).first() is not None


def first_administrator() -> str | None:
    """Make "admin" with a random password when there is no account at all; returns the password, to be shown once."""
    if has_accounts():
        return None
    password = secrets.token_urlsafe(12)
    add_account("admin", "Veneer", "Administrator", "Admin", password)
    return password


def add_account(username: str, first_name: str, last_name: str, role: str, password: str) -> int:
    """Make an account with one role; returns its id."""
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    held = manager.find_user(username=username)
    if held is not None:
        return int(held.id)
    hashed = generate_password_hash(password)
    user = manager.add_user(
        username,
        first_name,
        last_name,
        f"{username}@localhost",
        [manager.find_role(role)],
        hashed_password=hashed,
    )
    if not user:
        raise RuntimeError(f"The account {username} could not be made.")
    return int(user.id)


def set_password(username: str, password: str) -> bool:
    """Give an account a new password; False when there is no such account."""
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    user = manager.find_user(username=username)
    if user is None:
        return False
    manager.reset_password(user.id, password)
    return True
