"""The demo after one round of the runner, people signed in to it, and short words for looking at it."""

from __future__ import annotations

from functools import cache

import pytest

from rules.runner import Runner
from tests.harness.applications import signed_in


@pytest.fixture(scope="module")
def ticked(served):
    """The demo after one round of the runner."""
    runner = Runner(served)
    with served.app_context():
        runner.look()
        runner.beat()
    yield served
    runner.stop()


@pytest.fixture(scope="module")
def visitor(ticked):
    """A signed-in browser of a person; each signs in once, since signing in is rate-limited."""
    return cache(lambda username, language="en": signed_in(ticked, username, language=language))


@pytest.fixture
def admin(visitor):
    return visitor("admin")
