"""Which of a person's data a field holds: by the wiring, else by the field's kind, its role and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from models.condition.values import NUMBER, TEXT, sort_of
from models.wiring.nouns import Entity, Field

NAME, PHONE, MAIL, NUMBERS, ADDRESS, BIRTH, OTHER = (
    "name",
    "phone",
    "mail",
    "number",
    "address",
    "birth",
    "other",
)
KINDS = (NAME, PHONE, MAIL, NUMBERS, ADDRESS, BIRTH, OTHER)
IDENTIFYING = (PHONE, MAIL, NUMBERS)
"""Values of these name one person well enough to look for the same value elsewhere."""
NONE = "none"
PEOPLE = ("customer", "contact", "employee")
"""Roles of entities whose records are persons."""
NAMES = re.compile(
    r"(?i)联系人|姓名|收[货件]人|\b(?:contact(?: (?:person|name))?|recipient|consignee|(?:full|first|last|real|family|given)[ _]?name|surname)\b"
)
ADDRESSES = re.compile(r"(?i)地址|住址|\b(?:street|address)\b")
NO_ADDRESS = re.compile(r"(?i)\b(?:ip|mac|mail|e-?mail|web|url)\b|邮箱|网址")
BIRTHS = re.compile(r"(?i)生日|出生|birth")


def personal(entity: Entity) -> Mapping[str, str]:
    """Fields that hold a person's data, with the kind of it."""
    found = {name: kind_of(entity, one) for name, one in entity.fields.items()}
    return {name: kind for name, kind in found.items() if kind}


def kind_of(entity: Entity, field: Field) -> str:
    """The kind of a person's data in a field; "" = none."""
    if field.personal:
        return "" if field.personal == NONE else field.personal
    if field.kind in {"phone", "email"}:
        return PHONE if field.kind == "phone" else MAIL
    if field.sensitive:
        return NUMBERS
    if field.settings.get("dictionary") or field.kind in {"enum", "code", "set", "boolean", "flag"}:
        return ""
    words = f"{field.label.zh} {field.label.en} {field.name.replace('_', ' ')}"
    if sort_of(field) != TEXT:
        return BIRTH if BIRTHS.search(words) else ""
    return _by_words(entity, field, words)


def _by_words(entity: Entity, field: Field, words: str) -> str:
    if entity.role in PEOPLE and field.name == entity.title:
        return NAME
    if NAMES.search(words):
        return NAME
    if ADDRESSES.search(words) and not NO_ADDRESS.search(words):
        return ADDRESS
    return BIRTH if BIRTHS.search(words) else ""


def kinds_of_value(typed: str) -> tuple[str, ...]:
    """In which kinds of fields a typed value is worth looking for."""
    if "@" in typed:
        return (MAIL, OTHER)
    digits = sum(character.isdigit() for character in typed)
    if digits >= 6 and digits >= len(typed) / 2:
        return (PHONE, NUMBERS, OTHER)
    return (NAME, ADDRESS, OTHER)


def is_writable_type(field: Field) -> bool:
    """Texts and whole numbers can be given another value; dates and files can be emptied only."""
    return sort_of(field) in {TEXT, NUMBER}
