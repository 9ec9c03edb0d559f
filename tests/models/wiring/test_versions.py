"""Versions, drafts, differences and the text form."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine

from app.errors import Invalid, NotVisible, Stale
from fields import best_kind, kinds
from models.change import change_table
from models.overlay import metadata
from models.wiring import draft as drafts
from models.wiring import store
from models.wiring.diff import differences, is_same
from models.wiring.document import from_plain, to_plain
from models.wiring.infer import infer, wiring_of
from models.wiring.nouns import Field, Label, Wiring
from models.wiring.publish import joined_wiring
from models.wiring.tables import draft_entities, versions
from models.wiring.tables import drafts as draft_table
from models.wiring.textform import from_yaml, to_yaml
from tests.models.wiring.schema import schema, table

FACTS = schema(
    table(
        "customers",
        "id int ! +",
        "name varchar(50) !",
        "phone varchar(20)",
        "del_flag char(1) # 删除标志 0正常 1删除",
    ),
    table("orders", "id int ! +", "customer_id int", "amount decimal(10,2)", "status int # 状态 1新 2旧"),
)


def made() -> Wiring:
    return wiring_of(infer(FACTS, best_kind), best_kind)


@pytest.fixture(params=["sqlite", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        opened = create_engine(f"sqlite:///{tmp_path / 'overlay'}")
    else:
        url, name = request.getfixturevalue("mariadb_url"), request.getfixturevalue("mariadb_database")
        from tests.harness.databases import url_of

        opened = create_engine(url_of(url, name))
    metadata.create_all(opened, tables=[versions, draft_table, draft_entities, change_table])
    yield opened
    opened.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as opened:
        yield opened


@pytest.mark.usefixtures("babel")
def test_nothing_is_published_at_first(connection: Connection) -> None:
    assert store.current_version(connection) == 0
    assert store.load(connection).entities == {}
    with pytest.raises(NotVisible):
        store.load(connection, 3)


def test_a_wiring_comes_back_as_it_was_kept(connection: Connection) -> None:
    kept = store.save(connection, made(), 0, author="ada", note="first")
    loaded = store.load(connection)
    assert (kept.version, loaded.version) == (1, 1)
    assert to_plain(loaded) == to_plain(made())
    assert list(loaded.entities) == list(made().entities)
    [version] = store.history(connection)
    assert (version.author, version.note, version.based_on) == ("ada", "first", 0)
    assert version.created_at.tzinfo is not None


def test_a_document_keeps_every_attribute() -> None:
    wiring = made()
    entity = replace(
        wiring.entities["customers"], icon="x", group="g", region="phone", parent="", code="phone"
    )
    again = from_plain(to_plain(Wiring(0, {"customers": entity}))).entities["customers"]
    assert vars(again) == vars(entity)


@pytest.mark.usefixtures("babel")
def test_the_second_of_two_who_publish_on_one_version_is_told(connection: Connection) -> None:
    store.save(connection, made(), 0)
    with pytest.raises(Stale):
        store.save(connection, made(), 0)
    assert store.current_version(connection) == 1


@pytest.mark.usefixtures("babel")
def test_two_at_the_same_moment_make_one_version(engine: Engine) -> None:
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def publish() -> None:
        with engine.connect() as mine:
            assert store.current_version(mine) == 0
            gate.wait(10)
            try:
                store.save(mine, made(), 0)
                mine.commit()
            except Exception as error:  # noqa: BLE001 - every refusal counts, a locked file too
                outcomes.append(type(error).__name__)
            else:
                outcomes.append("kept")

    people = [threading.Thread(target=publish) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    assert outcomes.count("kept") == 1
    with engine.connect() as looking:
        assert [version.version for version in store.history(looking)] == [1]


@pytest.mark.usefixtures("babel")
def test_an_older_version_comes_back_as_the_newest(connection: Connection) -> None:
    store.save(connection, made(), 0)
    store.save(connection, Wiring(), 1)
    back = store.bring_back(connection, 1, 2, "ada")
    assert back.version == 3
    assert to_plain(store.load(connection)) == to_plain(made())


@pytest.mark.usefixtures("babel")
def test_differences_are_told_in_words() -> None:
    old = made()
    customers = old.entities["customers"]
    name = replace(customers.fields["name"], label=Label("Company", "公司"), listed=False)
    without = {key: field for key, field in customers.fields.items() if key != "phone"}
    new = Wiring(0, {"customers": replace(customers, role="contact", fields={**without, "name": name})})
    texts = [line.text for line in differences(old, new)]
    assert texts == [
        "Customers: role changes from “customer” to “contact”.",
        "Customers: field name, label changes from “en: Name, zh: 名称” to “en: Company, zh: 公司”.",
        "Customers: field name, in lists changes from yes to nothing.",
        "Customers: field phone is taken out.",
        "Orders is taken out.",
    ]
    assert not is_same(old, new)
    assert is_same(old, made())
    assert {line.kind for line in differences(Wiring(), old)} == {"added"}


@pytest.mark.usefixtures("babel")
def test_yaml_comes_back_as_the_same_wiring() -> None:
    text = to_yaml(made())
    assert "row_estimate" not in text
    assert "sql_type" not in text
    assert to_plain(from_yaml(text, FACTS, set(kinds()))) == to_plain(made())


@pytest.mark.usefixtures("babel")
@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("table: orders", "table: ordres", "orders: there is no table “ordres”"),
        ("kind: money", "kind: gold", "orders.amount: there is no field type “gold”"),
        ("role: customer", "role: king", "customers: there is no role “king”"),
        ("      amount:", "      amuont:", "orders.amuont: table “orders” has no such column"),
        ("  orders:", "  Or ders:", "“Or ders” cannot be an address"),
        ("target: customers", "target: clients", "orders.customer_id: there is no entity “clients”"),
        ("title: name", "title: nmae", "customers: title names “nmae”"),
        ("key: [id]", "key: [name]", "customers: name do not tell rows apart"),
        ("    role:", "    rolle:", "customers: “rolle” means nothing here"),
        ("    role:", "    fixed: {tenant: 1}\n    role:", "customers: “tenant” is not among the fields"),
        ("    role:", "    fixed: {id: one}\n    role:", "customers: “id” holds numbers"),
        ("    role:", "    fixed: [id]\n    role:", "customers: “fixed” must name a column"),
        ("    role:", "    fixed: {name: ''}\n    role:", "customers: “fixed” must name a column"),
        ("    role:", "    audited: always\n    role:", "customers: “audited” cannot be “always”"),
        ("    role:", "    on_request: drop\n    role:", "customers: “on_request” cannot be “drop”"),
        (
            "kind: money",
            "kind: money\n        personal: secret",
            "orders.amount: “personal” cannot be “secret”",
        ),
        ("entities:", "entities: [", "is not YAML"),
        ("entities:", "things:", "The file has no “entities”"),
    ],
)
def test_every_mistake_in_a_file_is_named_with_its_place(before: str, after: str, sentence: str) -> None:
    text = to_yaml(made())
    assert before in text
    with pytest.raises(Invalid, match=".") as refused:
        from_yaml(text.replace(before, after), FACTS, set(kinds()))
    assert sentence in str(refused.value)


def test_a_file_says_what_is_personal_kept_and_audited() -> None:
    text = to_yaml(made())
    text = text.replace("    role:", "    audited: both\n    kept: A law.\n    role:", 1)
    text = text.replace("kind: money", "kind: money\n        personal: other", 1)
    read = from_yaml(text, FACTS, set(kinds()))
    assert (read.entities["customers"].audited, read.entities["customers"].kept) == ("both", "A law.")
    assert read.entities["orders"].fields["amount"].personal == "other"
    assert "audited: both" in to_yaml(read)


def test_a_draft_changes_adds_and_takes_out(connection: Connection) -> None:
    store.save(connection, Wiring(0, {"customers": made().entities["customers"]}), 0)
    current = store.load(connection)
    mine = drafts.load_draft(connection, "ada", 1)
    assert mine.is_empty
    drafts.keep_choice(connection, mine, current, ["orders"], ["customers"])
    chosen = drafts.load_draft(connection, "ada", 1)
    assert (chosen.pending, chosen.removed) == (("orders",), frozenset({"customers"}))
    drafts.keep_entity(connection, chosen, made().entities["orders"])
    ready = drafts.load_draft(connection, "ada", 1)
    assert ready.pending == ()
    wanted = ready.over(current, best_kind)
    assert list(wanted.entities) == ["orders"]
    assert wanted.entities["orders"].relations == {}
    assert wanted.entities["orders"].dormant["customer_id"].target == "customers"
    assert drafts.load_draft(connection, "bob", 1).is_empty


def test_ticking_again_what_was_unticked_leaves_no_trace(connection: Connection) -> None:
    store.save(connection, made(), 0)
    current = store.load(connection)
    drafts.keep_choice(connection, drafts.load_draft(connection, "ada", 1), current, [], ["orders"])
    drafts.keep_choice(connection, drafts.load_draft(connection, "ada", 1), current, ["orders"], [])
    assert drafts.load_draft(connection, "ada", 1).is_empty


def test_a_draft_remembers_the_version_that_it_was_begun_on(connection: Connection) -> None:
    store.save(connection, made(), 0)
    drafts.keep_entity(connection, drafts.load_draft(connection, "ada", 1), made().entities["orders"])
    store.save(connection, made(), 1)
    behind = drafts.load_draft(connection, "ada", 2)
    assert behind.based_on == 1
    drafts.rebase(connection, behind, 2)
    assert drafts.load_draft(connection, "ada", 2).based_on == 2
    drafts.discard(connection, "ada")
    assert drafts.load_draft(connection, "ada", 2).is_empty


def test_new_entities_take_free_names_and_relations_follow() -> None:
    taken = replace(made().entities["customers"], table_name="other", relations={})
    added = list(made().entities.values())
    joined = joined_wiring(Wiring(4, {"customers": taken}), added, {e.table_name: e.name for e in added})
    assert {name: e.table_name for name, e in joined.entities.items()} == {
        "customers": "other",
        "customers-2": "customers",
        "orders": "orders",
    }
    assert joined.entities["orders"].relations["customer_id"].target == "customers-2"


def test_a_label_falls_back_to_the_other_language() -> None:
    field = Field("x", Label("", "名称"), "text")
    assert field.label.text("en") == "名称"
