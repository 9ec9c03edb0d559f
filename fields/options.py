"""Codes with their labels: given in a field's settings, or read from a dictionary table of the legacy system."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any

from flask import current_app, has_app_context
from sqlalchemy.exc import SQLAlchemyError

from app.i18n import language
from models.wiring.nouns import Field, Label

log = logging.getLogger("veneer.fields")
CACHE_SECONDS = 60.0
MOST = 2000
"""Options of one dictionary; the rest is not offered, and shown as bare codes."""
NONE: Mapping[str, Option] = MappingProxyType({})
"""Of a field without options."""


@dataclass(frozen=True)
class Option:
    """A code as text, and what it means."""

    code: str
    label: Label

    @property
    def words(self) -> str:
        """The meaning in the reader's language, else the code itself."""
        return self.label.text(language()) or self.code


Reader = Callable[[Mapping[str, Any], int], Iterable[Option]]
"""Reads at most so many options of a dictionary; decides itself as whom."""


class Dictionaries:
    """Options read with `reader`, kept for a minute in this process; one for each application."""

    def __init__(self, reader: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader, self._clock = reader, clock
        self._held: dict[str, tuple[float, dict[str, Option]]] = {}
        self._lock = threading.Lock()

    def options(self, dictionary: Mapping[str, Any]) -> Mapping[str, Option]:
        """Options of a dictionary by code; none when it cannot be read, so that bare codes are shown and pages go on."""
        key = repr(sorted(dictionary.items(), key=lambda item: item[0]))
        held = self._held.get(key)
        if held and self._clock() - held[0] < CACHE_SECONDS:
            return held[1]
        with self._lock:
            found = self._read(dictionary, held[1] if held else {})
            self._held[key] = (self._clock(), found)
        return found

    def forget(self) -> None:
        """Read everything anew: a new wiring is in force."""
        self._held.clear()

    def _read(self, dictionary: Mapping[str, Any], last: dict[str, Option]) -> dict[str, Option]:
        try:
            return _by_code(self._reader(dictionary, MOST))
        except (SQLAlchemyError, LookupError) as error:
            log.warning("dictionary %s cannot be read: %s", dictionary.get("table"), type(error).__name__)
            return last


def init_app(app: Any, reader: Reader) -> None:
    """Read dictionaries with `reader` in this application."""
    app.extensions["veneer_dictionaries"] = Dictionaries(reader)


def options(field: Field) -> Mapping[str, Option]:
    """The options of a field by code: those of its settings, else those of its dictionary."""
    if field.settings.get("options"):
        return _given(field)
    dictionary = field.settings.get("dictionary")
    if not dictionary or not has_app_context() or "veneer_dictionaries" not in current_app.extensions:
        return NONE
    dictionaries: Dictionaries = current_app.extensions["veneer_dictionaries"]
    return dictionaries.options(dictionary)


def _given(field: Field) -> Mapping[str, Option]:
    found: Mapping[str, Option] | None = field.kept.get("options")
    if found is None:
        found = field.kept["options"] = _by_code(_option(one) for one in field.settings["options"])
    return found


def option_of(field: Field, text: str) -> Option | None:
    """The option with this code."""
    return options(field).get(text)


def _by_code(found: Iterable[Option]) -> dict[str, Option]:
    return {one.code: one for one in islice(found, MOST)}


def option_named(field: Field, words: str) -> Option | None:
    """The one option with this code, or with this label in any language; None when there is none or more than one."""
    by_code = option_of(field, words)
    if by_code:
        return by_code
    wanted = words.strip().casefold()
    found = [
        one for one in options(field).values() if wanted in {one.label.en.casefold(), one.label.zh.casefold()}
    ]
    return found[0] if len(found) == 1 and wanted else None


def _option(given: Any) -> Option:
    """[code, English, Chinese], {"value", "label": {"en", "zh"}} or {"value", "label": "text"}."""
    if not isinstance(given, Mapping):
        code, english, chinese = (*[str(part) for part in given], "", "")[:3]
        return Option(code, Label(english, chinese))
    label = given.get("label") or {}
    if isinstance(label, Mapping):
        return Option(str(given["value"]), Label(str(label.get("en", "")), str(label.get("zh", ""))))
    if isinstance(label, Label):
        return Option(str(given["value"]), label)
    return Option(str(given["value"]), Label(str(label), str(label)))
