"""Translated texts as plain str, which is what the types of Flask-Babel do not promise."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext


def text(message: str, **values: Any) -> str:
    """The message in the reader's language; imported as `_`, so that the messages are found."""
    return str(gettext(message, **values))
