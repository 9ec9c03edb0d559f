"""Who acts: every read and write of records happens for exactly one actor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """A person, or a job on somebody's behalf. `cause` is for the audit: "rule 7, caused by change 991"."""

    user_id: int | None
    username: str
    roles: frozenset[str] = frozenset()
    employee: str | None = None
    """The person's code in the legacy employee table: what owner columns hold."""
    units: frozenset[str] = frozenset()
    """Codes of the person's own units."""
    units_below: frozenset[str] = frozenset()
    """Codes of the person's units and everything below them; empty where `reaches_many`."""
    reaches_many: bool = False
    """There are too many units below to be listed: whoever asks for them asks the tree."""
    permissions: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    """(permission, view) pairs as FAB names them, e.g. ("can_edit", "customer")."""
    cause: str = ""
    stands_for: int | None = None
    """The account of the absent person whose rights are used; None = one's own."""
    only: frozenset[str] | None = None
    """The entities that an API token was made for; None = all that the person may use."""

    @property
    def is_administrator(self) -> bool:
        return "Admin" in self.roles


_current: ContextVar[Actor | None] = ContextVar("veneer_actor", default=None)


def current_actor() -> Actor | None:
    """The actor of this request or job; None outside of both, and then nothing can be read."""
    return _current.get()


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[None]:
    """Run a block for `actor`."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)
