"""Dashboards in the overlay, changed by hand, and proposed from the wiring."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine

from app.actor import Actor
from app.errors import Invalid
from charts import board, columns, making, store
from charts.defaults import main_role, proposal
from charts.nouns import Chart, Dashboard
from models import roles
from models.policy import FieldRule, Policy
from models.wiring.nouns import Entity, Field, Label
from tests.charts.conftest import BOSS, RULES, Shop

pytestmark = pytest.mark.usefixtures("babel")
BY_MONTH = Chart("m", "months", "sales", Label("By month", "按月"), settings={"date": "DAY", "months": 6})
NUMBER = Chart("n", "stat", "sales", Label("All"), Label("a note"), "third")
SENT = {
    "kind": "ranking",
    "entity": "sales",
    "group": "OWNER",
    "measure": "sum:AMOUNT",
    "title_en": "Best sellers",
}


@pytest.fixture
def overlay() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        store.metadata.create_all(connection, tables=[store.dashboard_table, store.chart_table])
        yield connection
    engine.dispose()


@pytest.fixture
def policy(shop: Shop) -> Policy:
    return Policy(BOSS, shop.catalogue, RULES[:1])


def test_a_dashboard_comes_back_as_it_was_kept(overlay: Connection) -> None:
    kept = Dashboard("Sales", Label("Mine", "我的"), (BY_MONTH, NUMBER))
    number = store.save(overlay, kept)
    assert store.load(overlay, ["Sales", "Other"]) == {
        "Sales": Dashboard("Sales", kept.title, kept.charts, number)
    }


def test_saving_again_replaces_and_forgetting_removes(overlay: Connection) -> None:
    store.save(overlay, Dashboard("Sales", Label("One"), (BY_MONTH, NUMBER)))
    store.save(overlay, Dashboard("Sales", Label("Two"), (NUMBER,)))
    assert [chart.key for chart in store.load(overlay, ["Sales"])["Sales"].charts] == ["n"]
    store.forget(overlay, "Sales")
    assert store.load(overlay, ["Sales"]) == {}


def test_a_role_has_its_own_dashboard_and_everyone_else_another(overlay: Connection, policy: Policy) -> None:
    assert board.dashboard_of(overlay, policy).number is None
    everyone = store.save(overlay, Dashboard("", Label("For all"), (NUMBER,)))
    assert board.dashboard_of(overlay, policy).number == everyone
    own = store.save(overlay, Dashboard("Boss", Label("Boss"), (NUMBER,)))
    assert board.dashboard_of(overlay, policy).number == own


def test_a_role_with_a_proposal_is_not_everyone_else(overlay: Connection, shop: Shop) -> None:
    store.save(overlay, Dashboard("", Label("For all others"), (NUMBER,)))
    executive = Policy(Actor(5, "e", frozenset({roles.EXECUTIVE})), shop.catalogue, RULES[:1])
    assert board.dashboard_of(overlay, executive).number is None


def test_charts_of_what_is_gone_or_not_to_be_seen_are_left_out(
    overlay: Connection, shop: Shop, policy: Policy
) -> None:
    gone = Chart("g", "stat", "gone", Label("Gone"))
    unknown = Chart("u", "hologram", "sales", Label("Unknown"))
    store.save(overlay, Dashboard("", Label("All"), (NUMBER, gone, unknown)))
    assert [chart.key for chart in board.dashboard_of(overlay, policy).charts] == ["n"]
    nobody = Policy(Actor(9, "nobody"), shop.catalogue, ())
    assert board.dashboard_of(overlay, nobody).charts == ()


def test_charts_are_added_moved_resized_and_removed(policy: Policy) -> None:
    dashboard = making.added(policy, Dashboard("", Label("All"), (BY_MONTH, NUMBER)), SENT)
    added = dashboard.charts[-1]
    assert (added.key, added.settings) == ("best-sellers", {"group": "OWNER", "measure": "sum:AMOUNT"})
    assert [c.key for c in making.moved(dashboard, "n", -1).charts] == ["n", "m", "best-sellers"]
    assert making.moved(dashboard, "m", -1) == dashboard
    wider = making.resized(dashboard, "m", "full").chart("m")
    assert wider is not None
    assert wider.width == "full"
    assert making.removed(dashboard, "m").chart("m") is None


def test_a_second_chart_of_one_title_has_its_own_key(policy: Policy) -> None:
    once = making.added(policy, Dashboard("", Label("All")), SENT)
    assert [chart.key for chart in making.added(policy, once, SENT).charts] == [
        "best-sellers",
        "best-sellers-2",
    ]


@pytest.mark.parametrize(
    "changed",
    [{"kind": "x"}, {"entity": "x"}, {"group": ""}, {"group": "AMOUNT"}, {"title_en": " "}],
    ids=str,
)
def test_an_incomplete_chart_is_refused(policy: Policy, changed: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        making.added(policy, Dashboard("", Label("All")), SENT | changed)


def test_a_measure_that_is_no_number_counts_instead(policy: Policy) -> None:
    added = making.added(policy, Dashboard("", Label("All")), SENT | {"measure": "sum:OWNER"})
    assert "measure" not in added.charts[0].settings


def test_a_full_dashboard_takes_no_more(policy: Policy) -> None:
    full = Dashboard("", Label("All"), tuple(Chart(f"c{n}", "stat", "sales", Label("x")) for n in range(30)))
    with pytest.raises(Invalid, match="at most 30"):
        making.added(policy, full, SENT)


def test_any_table_of_orders_has_a_proposal(policy: Policy) -> None:
    found = proposal(policy, "")
    assert [chart.key for chart in found.charts] == ["sales", "new-order", "orders", "order-status", "owners"]
    assert found.charts[2].settings == {"date": "DAY", "group": "STATUS", "measure": "sum:AMOUNT"}
    assert found.charts[0].title == Label("Value of orders this month", "本月订单金额")


def test_the_proposal_leaves_out_what_the_person_may_not_see(shop: Shop) -> None:
    hidden = Policy(BOSS, shop.catalogue, RULES[:1], (FieldRule("Boss", "sales", "AMOUNT", "hidden"),))
    assert "sales" not in {chart.key for chart in proposal(hidden, "").charts}
    assert proposal(Policy(Actor(9, "nobody"), shop.catalogue, ()), "").charts == ()


def test_the_widest_role_decides() -> None:
    assert main_role({"Clerk", roles.EXECUTIVE, "Odd"}) == roles.EXECUTIVE
    assert main_role({"Odd"}) == ""


def _ticket(**names: tuple[str, str]) -> Entity:
    fields = {name: Field(name, Label(label), kind, "varchar(20)") for name, (label, kind) in names.items()}
    return Entity("t", "T", Label("T"), fields, ("ID",), role="ticket", indexes=(("ID",), ("OPENED",)))


@pytest.mark.parametrize(
    ("find", "expected"),
    [
        (columns.begun, "OPENED"),
        (columns.closed, "DONE"),
        (columns.due, "DUE"),
        (columns.status, "STATE"),
        (columns.priority, "P"),
    ],
)
def test_columns_are_found_by_what_they_are_called(find: Any, expected: str) -> None:
    ticket = _ticket(
        ID=("Number", "integer"), UPDATED=("Updated at", "datetime"), DONE=("Solved on", "date"), DUE=("Due date", "date"),
        CREATED=("Created at", "datetime"), OPENED=("Opened on", "datetime"), STATE=("Ticket status", "code"), P=("Priority", "enum"),
    )  # fmt: skip
    assert find(ticket) == expected


def test_without_telling_names_nothing_is_made_up(babel: Flask) -> None:
    plain = _ticket(ID=("Number", "integer"), A=("Remark", "text"))
    assert [
        find(plain) for find in (columns.begun, columns.closed, columns.due, columns.status, columns.amount)
    ] == [""] * 5
