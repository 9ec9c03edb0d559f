"""The wiring as YAML for people: what they decide about, without the facts that the database knows itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from flask_babel import gettext as _

from app import yaml_text
from app.errors import Invalid
from models.legacy.facts import SchemaFacts
from models.wiring.check import check_document
from models.wiring.document import entity_from_plain, entity_to_plain
from models.wiring.nouns import Entity, Wiring
from models.wiring.refresh import refreshed

FACTS = {"indexes", "unique", "row_estimate", "is_view", "comment"}
FIELD_FACTS = {"sql_type", "nullable", "has_default", "length", "scale"}
ENTITY_ORDER = ("table", "label", "role", "key", "title", "code", "owner", "unit", "region", "parent")


class _Readable(yaml.SafeDumper):
    """Lists indented under their name, texts as they are."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def to_yaml(wiring: Wiring) -> str:
    """The wiring as text; `from_yaml` reads it back."""
    entities = {name: _entity(entity) for name, entity in wiring.entities.items()}
    document = {"version": wiring.version, "entities": entities}
    return str(
        yaml.dump(
            document,
            Dumper=_Readable,
            allow_unicode=True,
            sort_keys=False,
            width=110,
            default_flow_style=None,
        )
    )


def _entity(entity: Entity) -> dict[str, Any]:
    plain = entity_to_plain(entity)
    plain["table"] = plain.pop("table_name")
    plain["fields"] = {
        name: {key: value for key, value in field.items() if key not in FIELD_FACTS}
        for name, field in plain["fields"].items()
    }
    ordered = [name for name in ENTITY_ORDER if name in plain]
    rest = [name for name in plain if name not in {*ENTITY_ORDER, *FACTS}]
    return {name: plain[name] for name in (*ordered, *rest)}


def from_yaml(text: str, facts: SchemaFacts, kinds: set[str]) -> Wiring:
    """The wiring that the text describes, over the schema as it is. Raises Invalid with every place that is wrong."""
    document = _parsed(text)
    problems = check_document(document, facts, kinds)
    if problems:
        raise Invalid("\n".join(problems))
    entities = {}
    for name, entry in document["entities"].items():
        values = {key: value for key, value in entry.items() if key not in {"table", *FACTS}}
        values["table_name"] = entry["table"]
        entities[name] = refreshed(entity_from_plain(name, values), facts.tables[entry["table"]])
    return Wiring(int(document.get("version") or 0), entities)


def _parsed(text: str) -> Mapping[str, Any]:
    document = yaml_text.load(text)
    if not isinstance(document, Mapping) or not isinstance(document.get("entities"), Mapping):
        raise Invalid(_("The file has no “entities”. Start from one that `wire export` wrote."))
    return document
