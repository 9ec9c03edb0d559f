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


@lru_cache(maxsize=64)
def names_of(country: str, region: str, year: int, language: str) -> dict[date, str]:
    """What the days off are called, in `language` where the package knows it."""
    wanted = {"zh": "zh_CN", "en": "en_US"}.get(language)
    book = holidays.country_holidays(
        country, subdiv=region or None, years=year, language=wanted, expand=False
    )
    return dict(book.items())


def countries() -> list[str]:
    """ISO codes of the countries whose holidays are known, in order."""
    return sorted(code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2)


def has_make_up_days(country: str, year: int) -> bool:
    """Whether the make-up days of `year` are known yet: the State Council announces them late each autumn."""
    return country != "CN" or bool(days_of(country, "", year)[1])
