"""Renders the wizard's templates with the words that they share."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import format_datetime

from app.i18n import language
from models import access
from models.wiring.nouns import Entity
from views.wiring.words import problem_text, state_text


def page(template: str, **context: Any) -> str:
    """A page or a part of one."""
    words = {
        "state_text": state_text,
        "problem_text": problem_text,
        "moment": moment,
        "relation_pairs": relation_pairs,
        "failure": access.live().failure,
    }
    return render_template(template, **words, **context)


def moment(instant: Any) -> str:
    """An instant in the application's zone."""
    return str(format_datetime(instant, "short"))


def relation_pairs(entity: Entity) -> list[tuple[str, str]]:
    """(name, label) of the relations that every row has, for a select."""
    return [
        (r.name, f"{r.label.text(language()) or r.target} · {', '.join(r.columns)}")
        for r in entity.relations.values()
        if r.is_plain
    ]
