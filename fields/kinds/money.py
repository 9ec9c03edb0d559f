"""Amounts of money: exact, with the currency's digits; whole cents by the setting {"minor": 2}."""

from __future__ import annotations

import re
from decimal import Decimal as Number
from typing import Any

from flask_babel import lazy_gettext as _l

from fields import numbers, storage
from fields.kinds.decimal import Decimal
from models.wiring.nouns import Field

HINTS = re.compile(
    r"amount|price|money|(^|[_ ])fees?($|[_ ])|(^|[_ ])cost|total|balance|salary|payment|wage|prix|montant|precio|importe|preco|prezzo|preis|betrag|harga|(^|[_ ])je($|[_ ])|金额|单价|价格|总价|余额|费用|货款|工资"
)
COUNTED = re.compile(
    r"(^|[_ ])(quantity|qty|count|number|num|weight|volume)($|[_ ])|数量|件数|总数|重量|体积"
)
SYMBOLS = {"CNY": "¥", "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
APART = "\u202f"
"""Between the letters of a currency and its amount; signs stand close to it."""
DIGITS = {"JPY": 0, "KRW": 0, "VND": 0}


class Money(Decimal):
    kind = "money"
    label = _l("Money")

    def claim(self, field: Field) -> int:
        if storage.sql(field).family != "decimal" or not 2 <= (field.scale or storage.sql(field).scale) <= 6:
            return 0
        said = storage.hints(field)
        return 60 if HINTS.search(said) and not COUNTED.search(said) else 0

    def text(self, field: Field, value: Any) -> str:
        """As many digits as the currency has, and more where the value has more; never rounded."""
        exact = storage.exact(value)
        if exact is None:
            return super().text(field, value)
        exact = shifted(exact, -minor(field))
        return numbers.grouped(exact, digits(field)).replace(",", "")

    def parse(self, field: Field, text: str) -> Any:
        if not text.strip():
            return storage.blank(field)
        plain = text.strip().strip("".join({*SYMBOLS.values(), "￥"})).strip()
        return storage.number(field, shifted(numbers.read_decimal(plain), minor(field)))

    def words(self, field: Field, value: Any) -> str:
        exact = storage.exact(value)
        if exact is None:
            return self.text(field, value)
        shown = numbers.grouped(shifted(exact, -minor(field)), digits(field))
        symbol = SYMBOLS.get(currency(field), currency(field))
        return f"{symbol}{APART if symbol.isalpha() else ''}{shown}"


def currency(field: Field) -> str:
    """The ISO code of the setting "currency"; "" when there is none."""
    return str(field.settings.get("currency") or "").upper()


def digits(field: Field) -> int:
    """Digits behind the point that are always shown."""
    return int(field.settings.get("digits", DIGITS.get(currency(field), 2)))


def minor(field: Field) -> int:
    """How many digits of the stored number stand behind the point: 2 when cents are stored."""
    return int(field.settings.get("minor") or 0)


def shifted(number: Number, places: int) -> Number:
    """The number times ten to the power of `places`, exactly (a multiplication would round to 28 digits)."""
    sign, figures, exponent = number.as_tuple()
    return Number((sign, figures, int(exponent) + places))
