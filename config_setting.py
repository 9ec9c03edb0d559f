"""How a setting is declared: its name, unit, default, meaning and parser."""

from dataclasses import dataclass, field
from typing import Any

from config_values import Parser


@dataclass(frozen=True)
class Setting:
    """What the documentation says about one setting. `unit` names what a value counts, or the kind of value."""

    name: str
    unit: str
    default: str
    meaning: str
    parse: Parser
    is_secret: bool


def setting(meaning: str, unit: str, parse: Parser, default: str, *, is_secret: bool = False) -> Any:
    """Declare a setting as a field of Config; the environment's name is the field's name in capitals."""
    about = {"meaning": meaning, "unit": unit, "parse": parse, "default": default, "is_secret": is_secret}
    return field(repr=not is_secret, metadata=about)
