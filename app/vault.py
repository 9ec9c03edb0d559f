"""Encryption at rest: texts under keys made from SECRET_KEY. Those under an earlier key can still be read and are renewed."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import Unavailable
from app.extensions import services

PURPOSE = b"veneer encryption at rest"
LOST = (
    "What is kept encrypted was encrypted under another SECRET_KEY. Set SECRET_KEY_OLD to the earlier one, or give the secrets up with "
    "run.py secrets reset."
)


class Lost(Unavailable):
    """No key that is set can read it: an operator's affair, so it is said in the operators' language."""


def vault() -> MultiFernet:
    """Encrypts under the key in force and reads what any key in use has written."""
    rooms = services().rooms
    if "vault" not in rooms:
        rooms["vault"] = made_of(services().config.keys())
    found: MultiFernet = rooms["vault"]
    return found


def made_of(keys: Iterable[str]) -> MultiFernet:
    """A vault over these secrets, the one in force first."""
    return MultiFernet([Fernet(derived(key)) for key in keys])


def derived(key: str) -> bytes:
    """A key of its own for this purpose: SECRET_KEY also signs cookies."""
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(made)


def encrypt(text: str) -> str:
    """What the database keeps of a text."""
    return vault().encrypt(text.encode()).decode()


def decrypt(kept: str) -> str:
    """The text. Raises Lost when no key in use can read it."""
    try:
        return vault().decrypt(kept.encode()).decode()
    except InvalidToken:
        raise Lost(LOST) from None


def is_readable(kept: str) -> bool:
    """Can a key in use read it?"""
    try:
        decrypt(kept)
    except Lost:
        return False
    return True


def is_current(kept: str) -> bool:
    """Is it under the key in force?"""
    try:
        made_of([services().config.keys()[0]]).decrypt(kept.encode())
    except InvalidToken:
        return False
    return True
