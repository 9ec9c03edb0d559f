"""What a field always shows in one language: its words, help, control and checks, worked out once and not for every form."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from app.i18n import language
from fields import type_of
from fields.base import FieldType, Input
from fields.options import options
from models.wiring.nouns import Field


@dataclass(frozen=True)
class Face:
    """The part of a control that no value changes."""

    kind: FieldType
    words: str
    help: str
    input: Input
    messages: Mapping[str, str]
    """The sentences for the browser's checks, by HTML attribute."""
    drawn: dict[Hashable, Any] = attribute(default_factory=dict, compare=False, repr=False)
    """What `fields.drawing` has made of it."""


def face_of(field: Field, spoken: str = "") -> Face:
    """The face in a language ("" = the reader's), kept as long as the field itself has the same options."""
    spoken, known = spoken or language(), options(field)
    held: tuple[Any, Face] | None = field.kept.get(("face", spoken))
    if held is None or held[0] is not known:
        held = field.kept["face", spoken] = (known, _made(field, spoken))
    return held[1]


def _made(field: Field, spoken: str) -> Face:
    kind = type_of(field)
    words = field.label.text(spoken) or field.name
    return Face(kind, words, field.help.text(spoken), kind.input(field), dict(kind.messages(field)))
