"""Places and shapes: a point as longitude and latitude, other shapes as well-known text; seen, not edited."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from fields import operators, storage
from fields.kinds.longtext import LongText
from fields.kinds.other import Other
from models.wiring.nouns import Field

POINT = re.compile(r"POINT\s*\(([-+.\deE]+) ([-+.\deE]+)\)")


class Point(Other):
    kind = "point"
    label = _l("Place")
    operators = operators.NULLS

    def claim(self, field: Field) -> int:
        return 95 if storage.sql(field).family == "spatial" else 0

    def locked(self, field: Field) -> str:
        return "spatial"

    def words(self, field: Field, value: Any) -> str:
        text = self.text(field, value)
        found = POINT.fullmatch(text)
        return f"{found[1]} {found[2]}" if found else text

    def cell(self, field: Field, value: Any) -> Markup:
        return LongText().cell(field, self.words(field, value))
