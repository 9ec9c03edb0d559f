"""What a person may see of each row that was read: flags selected beside it, and values masked or concealed by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models.cells import PREFIX
from models.guard import RecordSession
from models.masking import CONCEALED, masked
from models.wiring.nouns import Entity


def flags(session: RecordSession, entity: Entity, names: Iterable[str]) -> list[Any]:
    """The flags of the action under way, labelled; none where no right on these fields differs from row to row."""
    cells = session.policy.cells(entity, session.action)
    if not any(cells.varies(name) for name in names):
        return []
    return [flag.label(f"{PREFIX}{number}") for number, flag in enumerate(cells.flags)]


def applied(
    session: RecordSession, entity: Entity, raw: dict[str, Any], row_flags: Sequence[Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values as they may be seen, and the rights on those fields where they differ from row to row."""
    cells = session.policy.cells(entity, session.action)
    if not cells.fields:
        return raw, {}
    rights = {name: cells.right(name, row_flags) for name in raw}
    shown = {name: _shown(entity, name, value, rights[name]) for name, value in raw.items()}
    return shown, {name: right for name, right in rights.items() if cells.varies(name)}


def _shown(entity: Entity, name: str, value: Any, right: str) -> Any:
    if right == "hidden":
        return value if name in entity.key else CONCEALED  # every address of the record tells the key
    return masked(entity.fields[name], value) if right == "masked" else value
