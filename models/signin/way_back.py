"""The way back in from the command line, for an administrator who lost the password or the phone."""

from __future__ import annotations

from app import accounts
from app.errors import Invalid
from models.signin import door, limits, passwords, second_factor, trail


def let_back_in(username: str, password: str, *, reset_factor: bool) -> tuple[str, bool]:
    """Set the password, unlock, and remove the second factor where that is asked; (what to say, whether it was done)."""
    user = door.account_named(username)
    if user is None:
        return f"There is no account called {username}.", False
    try:
        passwords.check(password, passwords.about(user), user)
    except Invalid as problem:
        return str(problem), False
    accounts.set_password(user.username, password)
    limits.forget(user.username)
    if reset_factor and second_factor.turn_off(user.id):
        trail.note("factor-reset", user, reason="command line")
    return "The password is set.", True
