"""What a field type is: one module a kind in `fields/kinds`, registered by being there.

A *stored* value is what the database holds, read exactly: str for texts and for every date, time and JSON
(as the server writes them), int, Decimal, float, bytes. It is never altered by showing or editing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup, escape
from sqlalchemy.types import TypeEngine

from app.errors import Invalid
from fields import sentences
from models.legacy import misencoded
from models.legacy.types import exact_type
from models.masking import mask_of
from models.wiring.nouns import Field


@dataclass(frozen=True)
class Input:
    """How a form asks for a value; the theme draws it by `widget`."""

    widget: str
    """text, textarea, number, select, multiselect, checkbox, date, datetime, time, color, rating, relation, file, readonly."""
    attributes: dict[str, Any]
    """HTML attributes: maxlength, min, max, step, inputmode, pattern, autocomplete."""
    choices: tuple[tuple[str, str], ...] = ()
    """(form text, label) pairs for select and multiselect."""


class FieldType:
    """Base of all kinds: text in, text out. A kind overrides what differs."""

    kind: ClassVar[str]
    label: ClassVar[Any]
    """Lazy text: the kind's name for people."""
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "not_in", "is_null", "not_null")
    align: ClassVar[str] = "start"
    is_heavy: ClassVar[bool] = False
    """Lists and pages read the size only; the value itself is downloaded."""

    def claim(self, field: Field) -> int:
        """How well this kind fits a reflected column (0 = not at all, 100 = certainly)."""
        raise NotImplementedError

    def column_type(self, field: Field) -> TypeEngine[Any]:
        """The SQLAlchemy type that reads and writes stored values exactly, on MariaDB and SQLite."""
        return exact_type(field.sql_type, field.settings)

    def locked(self, field: Field) -> str:
        """Why values of this kind cannot be edited in this column, as a code; "" = they can."""
        return ""

    def text(self, field: Field, value: Any) -> str:
        """The stored value as it stands in a form; "" for NULL."""
        if isinstance(value, bytes):
            return misencoded.plain(value) if misencoded.is_meant(field.settings) else value.hex()
        return "" if value is None else str(value)

    def tidy(self, field: Field, text: str) -> str:
        """One spelling for texts that a browser may send for the same value; they count as unchanged."""
        return text

    def fits(self, field: Field, text: str) -> bool:
        """Whether the kind's own control can hold this text; if not, a plain text input shows it."""
        return True

    def parse(self, field: Field, text: str) -> Any:
        """The stored value for what was typed ("" → None where NULL is allowed, else ""); raises Invalid."""
        raise NotImplementedError

    def words(self, field: Field, value: Any) -> str:
        """The stored value as people read it, without markup; "" for NULL."""
        return self.text(field, value)

    def cell(self, field: Field, value: Any) -> Markup:
        """A list cell, one line."""
        return self.show(field, value)

    def show(self, field: Field, value: Any) -> Markup:
        """The record page's value."""
        return escape(self.words(field, value))

    def mask(self, field: Field, value: Any) -> str:
        """What is left of a value of which a person may see a part only."""
        return mask_of(field, value)

    def input(self, field: Field) -> Input:
        """The form's control."""
        return Input("text", {})

    def messages(self, field: Field) -> dict[str, str]:
        """The sentences of `parse` by the HTML attribute whose check they replace: pattern, type, maxlength, min, max."""
        return {}

    def to_json(self, field: Field, value: Any) -> Any:
        """REST form of a stored value: null, a number or text as it is stored, else what a form shows."""
        if value is None:
            return None
        text = self.text(field, value)
        return value if isinstance(value, int | float | str) and str(value) == text else text

    def from_json(self, field: Field, value: Any) -> Any:
        """Stored value of a REST form; raises Invalid."""
        if isinstance(value, list | dict):
            raise Invalid(sentences.not_text())
        if value is None:
            return None if field.nullable else self.parse(field, "")
        return self.parse(field, str(value))

    def to_csv(self, field: Field, value: Any) -> str:
        """One cell of an export, readable and parseable; formulas are neutralised by the writer."""
        return self.text(field, value)

    def from_csv(self, field: Field, text: str) -> Any:
        """Stored value of a cell of an import; raises Invalid."""
        return self.parse(field, text)
