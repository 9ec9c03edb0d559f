"""Limits on guessing: counted before the look, the same for all workers, over after a pause."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.errors import TooMany
from app.extensions import reading, services
from config import ConfigError, load
from models.signin import limits
from models.signin.counters import RedisCounter, counter
from tests.harness import applications, redis
from tests.harness.applications import clear_tries


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis.serving(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["overlay", "redis"])
def site(served: Flask, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The demo with nothing tried yet, counting here and there."""
    clear_tries(served)
    rooms = served.extensions["veneer"].rooms
    if request.param == "redis":
        rooms["tries"] = RedisCounter(request.getfixturevalue("redis_url"))
        rooms["tries"].redis.flushdb()
    with served.test_request_context(environ_base={"REMOTE_ADDR": "10.1.2.3"}):
        yield served
    close(rooms.pop("tries", None))
    clear_tries(served)


def close(counting: object) -> None:
    if isinstance(counting, RedisCounter):
        counting.redis.close()


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
    counting = counter()
    if isinstance(counting, RedisCounter):
        for key in counting.redis.scan_iter():
            counting.redis.pexpire(key, max(1, counting.redis.pttl(key) - int(by.total_seconds() * 1000)))
        time.sleep(0.01)
    with services().engine.begin() as connection:
        connection.execute(update(limits.limit_table).values(last_at=datetime.now(UTC) - by))


@pytest.mark.usefixtures("site")
def test_a_right_try_does_not_count_against_the_address() -> None:
    for _number in range(20):
        limits.claim("clerk")
        limits.give_back()
        limits.forget("clerk")
    counting, key = counter(), limits.address_key("10.1.2.3")
    assert counting.count(key, 100, timedelta(minutes=15)) == 100, "none has been counted"


def test_a_redis_that_does_not_answer_turns_no_limit_off(served: Flask, tmp_path: Path) -> None:
    clear_tries(served)
    rooms = served.extensions["veneer"].rooms
    with redis.serving(tmp_path) as url:
        rooms["tries"] = RedisCounter(url)
        with served.test_request_context(environ_base={"REMOTE_ADDR": "10.1.2.3"}):
            assert tried("clerk", 4) == 4
    with served.test_request_context(environ_base={"REMOTE_ADDR": "10.1.2.3"}):
        assert tried("clerk", 15) == 10, "the overlay counts from its own beginning"
        assert set(limits.locked_names(["clerk"])) == {"clerk"}
        limits.forget("clerk")
        assert tried("clerk", 1) == 1
    close(rooms.pop("tries"))
    clear_tries(served)


def test_redis_url_says_where_it_is_counted(tmp_path: Path, redis_url: str) -> None:
    with applications.embedded(tmp_path, REDIS_URL=redis_url) as app:
        for name, status in (("clerk", 200), ("clerk-2", 401)):
            sent = {"username": name, "password": "demo"}
            assert app.test_client().post("/api/v1/security/login", json=sent).status_code == status
        with app.app_context():
            counting = counter()
            assert isinstance(counting, RedisCounter)
            assert counting.redis.dbsize() >= 2
            assert reading().execute(select(func.count()).select_from(limits.limit_table)).scalar() == 0
            counting.redis.close()
    with pytest.raises(ConfigError, match="redis"):
        load({"REDIS_URL": "http://127.0.0.1"})
