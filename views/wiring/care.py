"""What the wizard asks about people's data: what a column holds of it, what must be kept, whose reads are written down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from flask_babel import gettext as _

from app.i18n import language
from fields import storage
from models.audit.reads import BOTH, OPENED, SENSITIVE
from models.persons.kinds import KINDS, NONE, kind_of
from models.persons.removing import ALLOWED
from models.wiring.care_words import personal_text, reads_text, request_text
from models.wiring.nouns import Entity, Field

READS = ("", OPENED, SENSITIVE, BOTH)
ON_REQUEST = ("", ALLOWED)
PERSONAL = ("", *KINDS, NONE)
LONGEST_REASON = 500
MOST_FIXED = 8
LAWFUL = {"order", "payment"}
"""Roles of records that tax and trade law have kept for years."""
NUMBER = re.compile(r"-?[0-9]{1,20}")


@dataclass(frozen=True)
class Care:
    """What the page says about people's data in one table."""

    reads: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    """What can be said of a column, without its first choice: that its type and name tell."""
    by_itself: Mapping[str, str]
    """What each column's type and name tell, as the words of that first choice."""
    held: str
    """The columns that hold a person's data, in words; "" = none does."""
    reads_hint: str
    kept_hint: str
    on_request: list[tuple[str, str]]
    fixed: list[tuple[str, str]]
    """(column, value) of the rows that exist, and an empty pair for one more."""


def care_of(entity: Entity, shown: Mapping[str, Field]) -> Care:
    """`shown` = a field for each column, those that are left out too."""
    told = {name: kind_of(entity, replace(field, personal="")) for name, field in shown.items()}
    return Care(
        [(value, reads_text(value)) for value in READS],
        [(value, personal_text(value)) for value in PERSONAL if value],
        {name: _by_itself(kind) for name, kind in told.items()},
        _held(entity),
        _reads_hint(entity),
        _("Orders and payments often have to be kept for years by law.") if entity.role in LAWFUL else "",
        [(value, request_text(value)) for value in ON_REQUEST],
        [*((str(name), str(value)) for name, value in entity.fixed.items()), ("", "")][:MOST_FIXED],
    )


def _by_itself(kind: str) -> str:
    words = personal_text(kind or NONE)
    return str(_("By itself: %(what)s", what=words))


def _held(entity: Entity) -> str:
    kinds = ((one, kind_of(entity, one)) for one in entity.fields.values())
    found = [
        _("%(column)s (%(what)s)", column=one.label.text(language()) or one.name, what=personal_text(kind))
        for one, kind in kinds
        if kind
    ]
    return str(_(", ")).join(found)


def _reads_hint(entity: Entity) -> str:
    masked = [one.label.text(language()) or one.name for one in entity.fields.values() if one.sensitive]
    if not masked:
        return ""
    return str(
        _("Suggested here, because these columns are masked: %(columns)s.", columns=str(_(", ")).join(masked))
    )


def with_care(before: Entity, typed: Entity, problems: list[str]) -> Entity:
    """`typed` with what the form says about reads, about keeping and about fixed values. Wrong values stay, to be shown."""
    audited, kept = request.form.get("audited", before.audited), request.form.get("kept", before.kept)
    kept = " ".join(kept.split())
    if audited not in READS:
        problems.append(_("Choose from the list which reads are written down."))
        audited = before.audited
    if audited == SENSITIVE and not any(one.sensitive for one in typed.fields.values()):
        problems.append(
            _("No column is masked, so nothing would be written down. Tick “Masked” for one below, or choose another answer.")
        )  # fmt: skip
    if len(kept) > LONGEST_REASON:
        problems.append(_("Say in at most %(most)s characters why it must be kept.", most=LONGEST_REASON))
    on_request = _on_request(before, problems)
    typed = replace(typed, audited=audited, kept=kept, on_request=on_request)
    return replace(typed, fixed=_fixed(before, typed.fields, problems))


def _on_request(before: Entity, problems: list[str]) -> str:
    given = request.form.get("on_request", before.on_request)
    if given in ON_REQUEST:
        return given
    problems.append(_("Choose from the list what requests of persons may do with a whole record."))
    return before.on_request


def personal_of(number: int, known: Field, problems: list[str]) -> str:
    """What the form says a column holds of a person's data."""
    given = request.form.get(f"personal-{number}", known.personal)
    if given in PERSONAL:
        return given
    problems.append(
        _("Choose from the list which of a person's data %(column)s holds.", column=known.name),
    )
    return known.personal


def _fixed(before: Entity, used: Mapping[str, Field], problems: list[str]) -> Mapping[str, Any]:
    """The fixed values of the form; those that were there keep their type."""
    typed: dict[str, str] = {}
    for number in range(MOST_FIXED):
        name = request.form.get(f"fixed_field-{number}", "")
        value = request.form.get(f"fixed_value-{number}", "").strip()[:200]
        if not name and not value:
            continue
        problems += [_("%(column)s is named twice. Give it one value.", column=name)] if name in typed else []
        problems += _wrong(name, value, used)
        typed[name] = value
    same = {name: str(held) for name, held in before.fixed.items()} == typed
    return dict(before.fixed) if same else typed


def _wrong(name: str, value: str, used: Mapping[str, Field]) -> list[str]:
    if name not in used or not value:
        return [_("Only rows with one value: choose a column that is used, and the value that it has.")]
    if not storage.is_text(used[name]) and not NUMBER.fullmatch(value):
        return [_("%(column)s holds numbers. Type the number that all rows have.", column=name)]
    return []
