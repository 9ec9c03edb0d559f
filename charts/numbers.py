"""Numbers as people read them at a glance: 12.3K and 4.5M, 1.2万 and 3.4亿."""

from __future__ import annotations

import math
from decimal import Decimal

from babel.numbers import format_compact_decimal
from flask_babel import format_decimal, format_percent, get_locale

from charts.question import Number

MOST_CHANGE = 9.99
"""A larger rise says only that there was next to nothing before."""
SHORT_FROM = 10_000
"""Up to here all digits are shown, in every language."""


def short(value: Number) -> str:
    """At most four digits and a word for the size; small numbers stay whole."""
    if abs(float(value)) < SHORT_FROM:
        return str(format_decimal(round(Decimal(value), 1)))
    digits = 1 if _leading(value) < 100 else 0
    return str(format_compact_decimal(value, locale=get_locale() or "en", fraction_digits=digits))


def full(value: Number) -> str:
    """All digits before the point, and two behind it where there are any."""
    exact = Decimal(value) if isinstance(value, int) else round(Decimal(str(value)), 2)
    return str(format_decimal(exact, "#,##0.##"))


def change(now: Number, before: Number) -> str:
    """The difference in percent, with its sign; "" where there was nothing before."""
    if not before:
        return ""
    share = float(now) / float(before) - 1
    if share == 0 or share > MOST_CHANGE:
        return "±0%" if share == 0 else ""
    text = str(format_percent(abs(share), "#,##0%" if abs(share) >= 0.1 else "#,##0.0%"))
    return f"{'+' if share >= 0 else '−'}{text}"


def ticks(highest: Number, count: int = 5) -> list[float]:
    """Round numbers from 0 to just above `highest`, about `count` of them."""
    top = float(highest)
    if top <= 0:
        return [0.0, 1.0]
    rough = top / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    step = max(step, 1.0) if top >= count else step
    return [step * number for number in range(math.ceil(top / step) + 1)]


def _leading(value: Number) -> float:
    """The number in front of the word."""
    number = abs(float(value))
    while number >= _group():
        number /= _group()
    return number


def _group() -> int:
    """Words for sizes come every four digits in Chinese, every three elsewhere."""
    locale = get_locale()
    return 10_000 if locale is not None and locale.language == "zh" else 1000
