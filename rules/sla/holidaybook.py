"""Public holidays and make-up workdays of a country, a year at a time, from the package `holidays`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays
from flask_babel import lazy_gettext as _l

from app.errors import Invalid


@lru_cache(maxsize=256)
def days_of(country: str, region: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """(days off, weekend days worked) of one year; Invalid when the country or region is unknown."""
    try:
        book = holidays.country_holidays(country, subdiv=region or None, years=year, expand=False)
    except NotImplementedError:
        sentence = _l(
            "No public holidays are known for %(country)s. Leave the country empty.", country=country
        )
        raise Invalid(sentence) from None
    worked = frozenset(day for day in getattr(book, "weekend_workdays", ()) if day.year == year)
    return frozenset(book), worked


def countries() -> list[str]:
    """ISO codes of the countries whose holidays are known, in order."""
    return sorted(code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2)


def has_make_up_days(country: str, year: int) -> bool:
    """Whether the make-up days of `year` are known yet: the State Council announces them late each autumn."""
    return country != "CN" or bool(days_of(country, "", year)[1])
