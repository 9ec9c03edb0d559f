"""YAML that somebody typed or sent: read at a cost that its length bounds, and refused in words."""

from __future__ import annotations

from typing import Any

import yaml
from flask_babel import gettext as _

from app.errors import Invalid

MOST_LETTERS, MOST_DIGITS = 10_000_000, 100
DEEPEST = 60


class _Bounded(yaml.SafeLoader):
    """Without references, of which a few lines make a thousand million parts, and not deeper than anybody writes."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent) or self.depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem_mark=self.get_mark())
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_yaml_int(self, node: Any) -> int:
        if len(node.value) > MOST_DIGITS:
            raise yaml.MarkedYAMLError(problem_mark=node.start_mark)
        return int(super().construct_yaml_int(node))


_Bounded.add_constructor("tag:yaml.org,2002:int", _Bounded.construct_yaml_int)


def load(text: str) -> Any:
    """What the text says. Raises Invalid with the line of a mistake."""
    if len(text) > MOST_LETTERS:
        raise Invalid(_("This text is too long. Divide it, then send the parts one after the other."))
    try:
        return yaml.load(text, Loader=_Bounded)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else _line_of(error, text)
        raise Invalid(
            _("Line %(line)s is not YAML. Correct the file, then apply it again.", line=line)
        ) from error


def _line_of(error: Exception, text: str) -> int:
    """Where a character stands that YAML does not know; the first line for what has no place."""
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
