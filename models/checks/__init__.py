"""Checks of the database under Veneer: a registry of modules, each of which gives findings with stable ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from config import Config
from models.checks import kinds, reach
from models.checks.finding import SEVERITIES, Finding, Severity
from models.checks.ground import Ground, opened
from models.checks.kinds import rights, version

__all__ = [
    "SEVERITIES",
    "Finding",
    "Ground",
    "Severity",
    "checks",
    "has_errors",
    "ids",
    "look",
    "look_before_start",
    "look_from_outside",
]


class Check(Protocol):
    """A module in `kinds`."""

    IDS: tuple[str, ...]

    def look(self, ground: Ground) -> Iterator[Finding]:
        """Findings; nothing when all is well."""


@cache
def checks() -> tuple[Check, ...]:
    """All checks, in the order of their ids. Raises RuntimeError when an id is used twice."""
    names = (module.name for module in iter_modules(kinds.__path__, kinds.__name__ + "."))
    found: list[Check] = sorted(map(import_module, names), key=lambda check: check.IDS)
    used = [id_ for check in found for id_ in check.IDS]
    if len(used) != len(set(used)):
        raise RuntimeError("Two checks use one id. Give the newer one another.")
    return tuple(found)


def ids() -> tuple[str, ...]:
    """Every id that a finding can have."""
    return (*reach.IDS, *(id_ for check in checks() for id_ in check.IDS))


def look(ground: Ground) -> list[Finding]:
    """All findings on a connection, the gravest first."""
    return _sorted(finding for check in checks() for finding in check.look(ground))


def look_from_outside(config: Config) -> list[Finding]:
    """All findings; when the database cannot be reached, that is the only one."""
    return _over_connection(config, checks())


def look_before_start(config: Config) -> list[Finding]:
    """What would stop the start: quick enough to be asked each time."""
    found = _over_connection(config, [check for check in checks() if check in {version, rights}])
    return [finding for finding in found if finding.severity == "error"]


def _over_connection(config: Config, wanted: Iterable[Check]) -> list[Finding]:
    hindrance = reach.before(config)
    if hindrance is not None:
        return [hindrance]
    try:
        with opened(config) as ground:
            return _sorted(finding for check in wanted for finding in check.look(ground))
    except SQLAlchemyError as error:
        return [reach.failed(config, error)]


def has_errors(findings: Iterable[Finding]) -> bool:
    """Is anything among them that stops work?"""
    return any(finding.severity == "error" for finding in findings)


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.id))
