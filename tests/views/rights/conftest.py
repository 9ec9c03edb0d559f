"""Sentences for commands, which run without an application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel


@pytest.fixture
def babel() -> Iterator[None]:
    """English."""
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield
