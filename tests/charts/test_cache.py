"""Answers are worked out once a minute and few at a time."""

import threading
from collections.abc import Iterator

import pytest

from app.errors import Unavailable
from charts import cache
from charts.cache import AnswerCache


class Clock:
    """A clock that is set by hand; working something out takes `cost` seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def counter(clock: Clock, cost: float = 0.0) -> Iterator[int]:
    number = 0
    while True:
        clock.now += cost
        number += 1
        yield number


def test_an_answer_serves_for_a_minute(clock: Clock) -> None:
    answers, work = AnswerCache[int](clock), counter(clock)
    assert [answers.get("k", lambda: next(work)).value for _ in range(3)] == [1, 1, 1]
    clock.now += cache.KEEP_SECONDS - 1
    assert answers.get("k", lambda: next(work)).value == 1
    clock.now += 2
    assert answers.get("k", lambda: next(work)).value == 2


def test_a_dear_answer_serves_for_longer(clock: Clock) -> None:
    answers, work = AnswerCache[int](clock), counter(clock, cost=4)
    answers.get("k", lambda: next(work))
    clock.now += 110
    assert answers.get("k", lambda: next(work)).value == 1
    clock.now += 20
    assert answers.get("k", lambda: next(work)).value == 2


def test_keys_are_kept_apart(clock: Clock) -> None:
    answers, work = AnswerCache[int](clock), counter(clock)
    assert answers.get("mine", lambda: next(work)).value == 1
    assert answers.get("yours", lambda: next(work)).value == 2


def test_a_fresh_answer_is_worked_out_unless_it_is_new(clock: Clock) -> None:
    answers, work = AnswerCache[int](clock), counter(clock)
    answers.get("k", lambda: next(work))
    assert answers.get("k", lambda: next(work), fresh=True).value == 1
    clock.now += 10
    assert answers.get("k", lambda: next(work), fresh=True).value == 2


def test_an_error_is_not_kept(clock: Clock) -> None:
    answers = AnswerCache[int](clock)
    with pytest.raises(ZeroDivisionError):
        answers.get("k", lambda: 1 // 0)
    assert answers.get("k", lambda: 7).value == 7


def test_few_are_worked_out_at_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "WAIT_SECONDS", 0.1)
    answers, hold, begun = AnswerCache[int](clock), threading.Event(), threading.Barrier(cache.AT_ONCE + 1)

    def slow() -> int:
        begun.wait(5)
        hold.wait(5)
        return 1

    busy = [threading.Thread(target=answers.get, args=(name, slow)) for name in range(cache.AT_ONCE)]
    for thread in busy:
        thread.start()
    begun.wait(5)
    with pytest.raises(Unavailable):
        answers.get("late", lambda: 2)
    hold.set()
    for thread in busy:
        thread.join()
    assert answers.get("late", lambda: 2).value == 2
