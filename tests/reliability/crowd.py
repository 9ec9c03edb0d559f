"""Many threads at once, and a count of what they met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def at_once(work: Callable[..., Any], given: Iterable[tuple[Any, ...]], threads: int) -> list[Any]:
    """`work` with each set of arguments, `threads` at a time; the first exception comes through."""
    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(work, *one) for one in given]]


def statuses(answers: Iterable[Any]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def say(what: str, **counts: Any) -> None:
    """One line of counts for whoever reads the run."""
    print(f"\n{what}: " + ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in counts.items()))
