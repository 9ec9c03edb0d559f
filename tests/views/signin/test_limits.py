"""Limits on guessing: counted before the look, the same for all workers, over after a pause."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.errors import TooMany
from models.signin import limits
from tests.harness.applications import clear_tries


@pytest.fixture
def site(served: Flask) -> Iterator[Flask]:
    """The demo with nothing tried yet."""
    clear_tries(served)
    with served.test_request_context(environ_base={"REMOTE_ADDR": "10.1.2.3"}):
        yield served
    clear_tries(served)


def tried(name: str, times: int) -> int:
    """How many of so many tries were looked at."""
    done = 0
    for _number in range(times):
        try:
            limits.claim(name)
        except TooMany:
            continue
        done += 1
    return done


@pytest.mark.usefixtures("site")
def test_an_account_is_locked_after_ten_tries_and_open_after_a_pause() -> None:
    assert tried("clerk", 15) == 10
    assert tried("nobody-at-all", 15) == 10, "a name that does not exist is counted like any other"
    assert set(limits.locked_names(["clerk", "admin"])) == {"clerk"}
    shift_back(timedelta(minutes=16))
    assert limits.locked_names(["clerk"]) == {}
    assert tried("clerk", 1) == 1


@pytest.mark.usefixtures("site")
def test_the_last_try_is_told_once() -> None:
    told = [limits.claim("clerk") for _number in range(10)]
    assert told == [False] * 9 + [True]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("other", ["CLERK", " clerk ", "clérk", "ｃｌｅｒｋ"])
def test_spellings_that_a_database_takes_for_the_same_are_one(other: str) -> None:
    assert tried("clerk", 10) == 10
    assert tried(other, 1) == 0


@pytest.mark.usefixtures("site")
def test_unlocking_forgets_the_tries() -> None:
    assert tried("clerk", 11) == 10
    limits.forget("clerk")
    assert tried("clerk", 1) == 1


@pytest.mark.usefixtures("site")
def test_the_sentence_says_how_long() -> None:
    tried("clerk", 10)
    with pytest.raises(TooMany, match="Wait 15 minutes"):
        limits.claim("clerk")


def test_guesses_sent_at_the_same_moment_do_not_slip_past(site: Flask) -> None:
    looked_at: list[int] = []

    def guess() -> None:
        with site.test_request_context(environ_base={"REMOTE_ADDR": "10.1.2.4"}):
            looked_at.append(tried("engineer", 5))

    threads = [threading.Thread(target=guess) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(looked_at) == 10


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_a_household_is_one_address(served: Flask, one: str, other: str, same: bool) -> None:
    found = []
    for place in (one, other):
        with served.test_request_context(environ_base={"REMOTE_ADDR": place}):
            found.append(limits.address())
    assert (found[0] == found[1]) == same


def shift_back(by: timedelta) -> None:
    """Time passes."""
    with limits.services().engine.begin() as connection:
        connection.execute(update(limits.limit_table).values(last_at=datetime.now(UTC) - by))
