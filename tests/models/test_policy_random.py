"""Hundreds of random roles against the plainest reading of the rules: row by row, role by role, cell by cell."""

from __future__ import annotations

import json
import random
from typing import Any

from app.actor import Actor
from app.errors import NotAllowed, NotVisible
from models.grants import AccessRule, FieldRule
from models.guard import RecordSession
from models.policy import Policy
from models.records import read
from tests.models.small_erp import SmallErp

ME = Actor(1, "me", frozenset({"A", "B", "C"}), "E1", frozenset({"EAST"}), frozenset({"EAST", "SOUTH"}))
ROWS = [
    (number, f"N{number}", owner, unit, f"s{number}")
    for number, (owner, unit) in enumerate(
        [(owner, unit) for owner in ("E1", "W1", None) for unit in ("EAST", "SOUTH", "WEST", None)], start=10
    )
]
CONDITIONS = [("UNIT", "WEST"), ("OWNER", "E1"), ("NAME", "N12")]
ORDER = ("hidden", "masked", "read", "edit")
COLUMNS = ("ID", "NAME", "OWNER", "UNIT", "SECRET")


def test_cells_are_those_that_the_rules_say(erp: SmallErp) -> None:
    erp.raw("DELETE FROM {s}.CUSTOMER")
    for number, name, owner, unit, secret in ROWS:
        texts = ", ".join("NULL" if one is None else f"'{one}'" for one in (name, owner, unit, secret))
        erp.raw(f"INSERT INTO {{s}}.CUSTOMER VALUES ({number}, {texts})")
    dice = random.Random(20261128)
    seen_any = 0
    for _case in range(250):
        access, limits = rules(dice)
        found, expected = asked(erp, access, limits), told(access, limits)
        assert found == expected, (access, limits)
        seen_any += bool(expected)
    assert seen_any > 80


def rules(dice: random.Random) -> tuple[list[AccessRule], list[FieldRule]]:
    access, limits = [], []
    for role in "ABC":
        for _rule in range(dice.choice([0, 1, 1, 2])):
            scope = dice.choice(
                [
                    "own",
                    "unit",
                    "below",
                    "units",
                    "rule",
                    "rule",
                    "all",
                    *(["nobody"] * (dice.random() < 0.1)),
                ]
            )
            units = ("WEST",) if scope == "units" else ()
            access.append(
                AccessRule(role, "customer", "see", scope, units, condition(dice) if scope == "rule" else "")
            )
        for name in ("SECRET", "NAME"):
            for _limit in range(dice.choice([0, 0, 1, 2])):
                right = dice.choice(["hidden", "masked", "read", *(["never"] * (dice.random() < 0.2))])
                limits.append(
                    FieldRule(role, "customer", name, right, condition(dice) if dice.random() < 0.5 else "")
                )
    return access, limits


def condition(dice: random.Random) -> str:
    name, value = dice.choice(CONDITIONS)
    return json.dumps({"field": name, "op": "eq", "value": value})


def asked(erp: SmallErp, access: list[AccessRule], limits: list[FieldRule]) -> dict[int, tuple[Any, Any]]:
    """What a list and the records themselves show, by the record's key."""
    customer = erp.catalogue.entities["customer"]
    with RecordSession(erp.engine, Policy(ME, erp.catalogue, tuple(access), tuple(limits))) as session:
        names = [name for name in ("NAME", "SECRET") if name in session.policy.visible(customer)]
        try:
            records = read.page(session, customer, read.Query(tuple(names), size=50)).records
        except NotAllowed:
            return {}
        for record in records:
            assert read.get(session, customer, record.token, names).values == record.values
        for name in names:
            check_questions(session, name, [record.values[name] for record in records])
        return {
            record.values["ID"]: tuple(record.values.get(n, "***") for n in ("NAME", "SECRET"))
            for record in records
        }


def check_questions(session: RecordSession, name: str, values: list[Any]) -> None:
    """It can be sorted by only where every cell is open."""
    customer = session.policy.catalogue.entities["customer"]
    is_open = not any(str(value).endswith("**") for value in values)
    try:
        read.page(session, customer, read.Query((name,), sort=((name, False),)))
        assert is_open
    except NotVisible:
        pass


def told(access: list[AccessRule], limits: list[FieldRule]) -> dict[int, tuple[Any, Any]]:
    """The same by the plainest reading."""
    if any(rule.scope == "nobody" for rule in access):
        return {}
    found = {}
    for values in ROWS:
        row = dict(zip(COLUMNS, values, strict=True))
        roles = {rule.role for rule in access if gives(rule, row)}
        if roles:
            found[values[0]] = tuple(cell(row, name, roles, limits) for name in ("NAME", "SECRET"))
    return found


def gives(rule: AccessRule, row: dict[str, Any]) -> bool:
    if rule.scope == "rule":
        leaf = json.loads(rule.matching)
        return bool(row[leaf["field"]] == leaf["value"])
    by_unit = {"unit": ME.units, "below": ME.units_below, "units": rule.units}
    if rule.scope in by_unit:
        return row["UNIT"] in by_unit[rule.scope]
    return rule.scope == "all" or row["OWNER"] == "E1"


def cell(row: dict[str, Any], name: str, roles: set[str], limits: list[FieldRule]) -> Any:
    counting = [limit for limit in limits if limit.field == name and counts(limit, row)]
    if any(limit.right == "never" for limit in counting):
        return "***"
    each = [
        min([*(limit.right for limit in counting if limit.role == role), "edit"], key=ORDER.index)
        for role in roles
    ]
    right = max(each, key=ORDER.index)
    return {"hidden": "***", "masked": row[name][:1] + "**"}.get(right, row[name])


def counts(limit: FieldRule, row: dict[str, Any]) -> bool:
    """A condition that cannot be decided counts: the right is taken away."""
    if not limit.matching:
        return True
    leaf = json.loads(limit.matching)
    return row[leaf["field"]] is None or row[leaf["field"]] == leaf["value"]
