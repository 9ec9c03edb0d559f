"""The menu: records by what they are, and tables without a role behind them, however they were published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.theme.shell import Person, Shell
from models import access
from models.wiring.nouns import Entity, Label
from views.records import menu


class Everything:
    """A policy that shows everything."""

    def may(self, _entity: Entity, _action: str) -> bool:
        return True


def test_tables_without_a_role_stand_last(served, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Entity("b", "B", Label("B"), fields={})
    entities = {
        "log": plain,
        "special": replace(plain, name="special", group="Special"),
        "orders": replace(plain, name="orders", role="order"),
        "customers": replace(plain, name="customers", role="customer"),
    }
    catalogue = type("Catalogue", (), {"entities": entities})
    monkeypatch.setattr(access, "catalogue", lambda: catalogue)
    monkeypatch.setattr(access, "policy", Everything)
    with served.test_request_context("/"):
        shell = Shell("Veneer", "en", Person("A", "a"), [])
        menu.add_records(shell)
    assert [group.name for group in shell.menu] == ["records", "Special", "more-records"]
    assert [item.url for item in shell.menu[0].items] == ["/data/customers/list/", "/data/orders/list/"]
