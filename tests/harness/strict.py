"""Leaving tests out: allowed with one clear line on a person's machine, a failure in CI."""

import os
from typing import NoReturn

import pytest

left_out: dict[str, str] = {}


def is_strict() -> bool:
    """Whether a missing program must fail: in CI, or where VENEER_TEST_STRICT is set."""
    return any(os.environ.get(name, "") not in {"", "0", "false"} for name in ("CI", "VENEER_TEST_STRICT"))


def leave_out(what: str, how: str, *, is_promised: bool = True) -> NoReturn:
    """Skip the test that asks for something missing; `how` says how to include it.

    Fails when strict, unless nobody promised that the thing is there in CI either.
    """
    left_out[what] = how
    sentence = f"{what} left out. {how}"
    if is_strict() and is_promised:
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def summary() -> list[str]:
    """One line for each thing that was left out in this run."""
    return [f"{what} left out. {how}" for what, how in sorted(left_out.items())]
