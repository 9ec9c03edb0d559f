"""Time-based codes (RFC 6238): a secret shared with an app on the person's phone, encrypted at rest; no code counts twice."""

from __future__ import annotations

import hmac
import time
from datetime import UTC, datetime
from typing import Any

import pyotp
from flask import current_app
from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.extensions import reading, services
from models.overlay import metadata
from models.overlay.types import EncryptedText, UtcDateTime
from models.signin import recovery

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""Clocks may differ by one step."""

factor_table = Table(
    "second_factor",
    metadata,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("secret", EncryptedText, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("last_step", BigInteger, nullable=False),
)
role_table = Table(
    "second_factor_role",
    metadata,
    Column("role", String(64), primary_key=True),
)


def is_on(user_id: int) -> bool:
    """Does the account ask for a code?"""
    return bool(_value(user_id, "is_on"))


def begin(user_id: int) -> str:
    """The secret of a factor that is being set up: the one begun before, else a new one."""
    held = _value(user_id, "secret", is_on=False)
    if held:
        return str(held)
    row = {"secret": pyotp.random_base32(), "is_on": False, "since": datetime.now(UTC), "last_step": 0}
    try:
        with services().engine.begin() as connection:
            connection.execute(insert(factor_table).values(user_id=user_id, **row))
    except IntegrityError:  # somebody opened the page twice, or the factor is on
        return str(_value(user_id, "secret", is_on=False) or "")
    return str(row["secret"])


def address_of(secret: str, username: str) -> str:
    """What the QR code holds."""
    name = str(current_app.config["APP_NAME"])
    return str(pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=name))


def turn_on(user_id: int, code: str) -> list[str]:
    """Confirm with a first code; returns the recovery codes, kept nowhere in clear. [] = the code is not right."""
    if not _accept(user_id, code, is_on=False):
        return []
    mine = (factor_table.c.user_id == user_id, factor_table.c.is_on.is_(False))
    with services().engine.begin() as connection:
        done = connection.execute(
            update(factor_table).where(*mine).values(is_on=True, since=datetime.now(UTC))
        )
        return recovery.renew(connection, user_id) if done.rowcount else []


def turn_off(user_id: int) -> bool:
    """Remove the factor and its recovery codes; False when there was none."""
    with services().engine.begin() as connection:
        recovery.remove(connection, user_id)
        gone = connection.execute(delete(factor_table).where(factor_table.c.user_id == user_id))
    return bool(gone.rowcount)


def accept(user_id: int, code: str) -> str:
    """What was right, "code" or "recovery"; "" for nothing. Either counts once."""
    if _accept(user_id, code, is_on=True):
        return "code"
    return "recovery" if recovery.use(user_id, code) else ""


def _accept(user_id: int, code: str, *, is_on: bool) -> bool:
    """Claim the step that the code belongs to; a step that was used, or one before it, is refused."""
    secret = _value(user_id, "secret", is_on=is_on)
    step = step_of(str(secret), code) if secret else 0
    if not step:
        return False
    table = factor_table.c
    newer = (table.user_id == user_id, table.is_on.is_(is_on), table.last_step < step)
    with services().engine.begin() as connection:
        return bool(connection.execute(update(factor_table).where(*newer).values(last_step=step)).rowcount)


def step_of(secret: str, code: str) -> int:
    """The step at which this code is right, now or one step away; 0 for none."""
    typed = "".join(code.split())
    now, totp = int(time.time()) // STEP_SECONDS, pyotp.TOTP(secret)
    steps = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    right = [
        s
        for s in steps
        if hmac.compare_digest(totp.generate_otp(s).encode(), typed.encode("utf-8", "replace"))
    ]
    return right[-1] if right else 0


def _value(user_id: int, name: str, **wanted: Any) -> Any:
    table = factor_table.c
    found = select(table[name]).where(table.user_id == user_id, *(table[k].is_(v) for k, v in wanted.items()))
    return reading().execute(found).scalar()


def those_with(user_ids: list[int]) -> set[int]:
    """Which of these accounts have one."""
    table = factor_table.c
    found = select(table.user_id).where(table.user_id.in_(user_ids), table.is_on.is_(True))
    return set(reading().execute(found).scalars())


def roles_that_must() -> frozenset[str]:
    """Names of the roles whose members need one."""
    return frozenset(reading().execute(select(role_table.c.role)).scalars())


def put_roles(names: set[str]) -> None:
    """From now on the members of exactly these roles need one."""
    with services().engine.begin() as connection:
        connection.execute(delete(role_table))
        if names:
            connection.execute(insert(role_table), [{"role": name} for name in sorted(names)])
