"""Sentences need a language."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel


@pytest.fixture
def babel() -> Iterator[None]:
    """English sentences, without an application."""
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield
