"""An account that tests of signing in may spoil, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.extensions import services
from models.signin import second_factor
from tests.harness.applications import clear_tries
from tests.views.signin.people import Person, made


@pytest.fixture
def person(served: Flask) -> Iterator[Person]:
    """A salesperson; afterwards no role needs a second factor and nobody is locked."""
    yield made(served)
    clear_tries(served)
    with served.app_context():
        second_factor.put_roles(set())
        services().rooms["duties"].clear()
