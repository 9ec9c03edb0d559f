"""Relations that real schemas taught: types with ids, lists, trees, people, places, modules, initials, orphans, and traps."""

from __future__ import annotations

from typing import Any

import pytest

from fields import best_kind
from models.legacy.facts import SchemaFacts
from models.wiring.infer import infer
from models.wiring.relations.find import find_relations
from tests.models.wiring.schema import Rows, schema, table
from tests.models.wiring.test_relations import found, index_of

POST, VIDEO = table("post", "id int ! +", "title varchar(9)"), table("video", "id int ! +", "url varchar(9)")


def special(
    facts: SchemaFacts, name: str, samples: Any, least: float = 0.8
) -> set[tuple[str, str, Any, str]]:
    """(columns, target, value of the type, separator) of the relations that are at least so certain."""
    return {
        (",".join(c.columns), c.target.name, next((value for _column, value in c.when), None), c.separator)
        for c in find_relations(index_of(facts), facts.tables[name], samples)
        if c.score >= least and not c.is_plain
    }


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        (("subject_type varchar(50)", "subject_id int"), ("post", "video")),
        (("commentable_type varchar(50)", "commentable_id int"), (r"App\Models\Post", r"App\Models\Video")),
        (("itemtype varchar(50)", "items_id int"), ("Post", "Video")),
        (("biz_type int # 业务类型:1文章 2视频", "biz_id int"), (1, 2)),
        (("kind varchar(20)", "target_id int"), ("posts", "videos")),
    ],
)
def test_an_id_leads_where_its_type_says(columns: tuple[str, str], values: tuple[Any, Any]) -> None:
    posts = table("post", "id int ! +", "title varchar(9)", comment="文章表")
    videos = table("video", "id int ! +", "url varchar(9)", comment="视频表")
    facts = schema(posts, videos, table("note", "id int ! +", *columns))
    kind, key = (text.split()[0] for text in columns)
    rows = Rows(
        post=[{"id": n} for n in range(1, 30)],
        video=[{"id": n} for n in range(100, 130)],
        note=[{"id": n, kind: values[n % 2], key: n if n % 2 == 0 else 100 + n} for n in range(1, 25)],
    )
    assert special(facts, "note", rows) == {
        (key, "post", values[0], ""), (key, "video", values[1], ""),
    }  # fmt: skip


def test_a_type_that_names_no_table_is_no_relation() -> None:
    facts = schema(POST, VIDEO, table("note", "id int ! +", "pay_type varchar(9)", "pay_id int"))
    rows = Rows(
        post=[{"id": n} for n in range(1, 30)],
        note=[{"id": n, "pay_type": ("cash", "card")[n % 2], "pay_id": n} for n in range(1, 25)],
    )
    assert special(facts, "note", rows, least=0.3) == set()


def test_ids_that_the_named_table_lacks_are_no_relation() -> None:
    facts = schema(POST, VIDEO, table("note", "id int ! +", "subject_type varchar(9)", "subject_id int"))
    rows = Rows(
        post=[{"id": n} for n in range(1, 30)],
        note=[{"id": n, "subject_type": "post", "subject_id": 900 + n} for n in range(1, 25)],
    )
    assert special(facts, "note", rows) == set()


@pytest.mark.parametrize("spelled", ["{0},{1}", "[{0},{1}]", '["{0}","{1}"]', ",{0},{1},", "{0}, {1}"])
def test_lists_of_keys_in_many_spellings(spelled: str) -> None:
    facts = schema(
        table("tag", "id int ! +", "name varchar(9)"), table("post", "id int ! +", "tag_ids varchar(50)")
    )
    rows = Rows(
        tag=[{"id": n} for n in range(1, 40)],
        post=[{"id": n, "tag_ids": spelled.format(n, n + 5)} for n in range(1, 30)],
    )
    assert special(facts, "post", rows) == {("tag_ids", "tag", None, ",")}


def test_the_way_through_a_tree_is_a_list_of_its_own_keys() -> None:
    facts = schema(table("dept", "id int ! +", "parent_id int", "ancestors varchar(50)"))
    rows = Rows(
        dept=[{"id": n, "parent_id": n // 2, "ancestors": f"0,{n // 2 or 1},{n}"} for n in range(1, 30)]
    )
    assert special(facts, "dept", rows) == {("ancestors", "dept", None, ",")}


@pytest.mark.parametrize("column", ["sizes", "colours", "spec_values"])
def test_texts_with_commas_are_no_lists_of_keys(column: str) -> None:
    facts = schema(
        table("tag", "id int ! +", "name varchar(9)"), table("post", "id int ! +", f"{column} varchar(50)")
    )
    rows = Rows(
        tag=[{"id": n} for n in range(1, 40)], post=[{"id": n, column: f"{n},{n + 1}"} for n in range(1, 30)]
    )
    assert special(facts, "post", rows, least=0.3) == set()


def test_who_kept_a_record_is_an_account_and_who_works_on_it_is_staff() -> None:
    facts = schema(
        table("users", "id int ! +", "username varchar(20) !", unique=[["username"]]),
        table("employees", "id int ! +", "name varchar(20)"),
        table("orders", "id int ! +", "created_by int", "approver_id int", "updated_by varchar(20)"),
    )
    rows = Rows(
        users=[{"id": n, "username": f"user{n}"} for n in range(1, 20)],
        employees=[{"id": n} for n in range(1, 90)],
        orders=[
            {"id": n, "created_by": 1 + n % 9, "approver_id": n, "updated_by": f"user{1 + n % 9}"}
            for n in range(1, 40)
        ],
    )
    assert found(facts, "orders", rows) == {
        "created_by": "users.id", "approver_id": "employees.id", "updated_by": "users.username",
    }  # fmt: skip


def test_parts_of_an_address_lead_to_the_one_tree_of_places() -> None:
    facts = schema(
        table("area", "id bigint ! +", "parent_id bigint", "name varchar(20)"),
        table("address", "id int ! +", "province_id bigint", "city_id bigint"),
    )
    rows = Rows(
        area=[{"id": 110_000_000_000 + n, "parent_id": 0} for n in range(50)],
        address=[
            {"id": n, "province_id": 110_000_000_001, "city_id": 110_000_000_002 + n} for n in range(1, 20)
        ],
    )
    assert found(facts, "address", rows) == {"province_id": "area.id", "city_id": "area.id"}


def test_the_nearer_table_is_meant() -> None:
    facts = schema(
        table("category", "cat_id int ! +", "a int"),
        table("article_cat", "cat_id int ! +", "a int"),
        table("article", "id int ! +", "cat_id int"),
        table("admin_user", "user_id int ! +", "a int"),
        table("users", "user_id int ! +", "a int"),
        table("admin_log", "id int ! +", "user_id int"),
    )
    assert found(facts, "article") == {"cat_id": "article_cat.cat_id"}
    assert found(facts, "admin_log") == {"user_id": "admin_user.user_id"}
    assert found(facts, "admin_user") == {}


def test_initials_in_a_table_that_ties_two_together() -> None:
    facts = schema(
        table("menu", "id int ! +", "a int"),
        table("role", "id int ! +", "a int"),
        table("menu_role", "id int ! +", "mid int", "rid int"),
    )
    assert found(facts, "menu_role") == {"mid": "menu.id", "rid": "role.id"}


def test_where_the_nearest_table_is_denied_others_are_tried() -> None:
    facts = schema(
        table("pms_product", "id int ! +", "a int"),
        table("sms_home_new_product", "id int ! +", "product_id int"),
        table("sms_home_recommend_product", "id int ! +", "product_id int"),
        table("sms_coupon", "id int ! +", "a int"),
        table("pms_brand", "id int ! +", "a int"),
    )
    rows = Rows(
        pms_product=[{"id": n} for n in range(1, 60)],
        sms_home_new_product=[{"id": n, "product_id": 20 + n} for n in range(1, 5)],
        sms_home_recommend_product=[{"id": n, "product_id": 20 + n} for n in range(1, 30)],
    )
    assert found(facts, "sms_home_recommend_product", rows) == {"product_id": "pms_product.id"}


def test_orphans_are_forgiven_where_the_other_tables_agree() -> None:
    others = [table(f"t{n}", "id int ! +", "tenant_id int") for n in range(3)]
    facts = schema(table("tenant", "id int ! +", "a int"), *others)
    rows = Rows(
        tenant=[{"id": n} for n in range(1, 4)],
        t0=[{"id": n, "tenant_id": 1 + n % 12} for n in range(40)],
        t1=[{"id": n, "tenant_id": 1 + n % 3} for n in range(40)],
        t2=[{"id": n, "tenant_id": 1 + n % 3} for n in range(40)],
    )
    assert found(facts, "t0", rows) == {"tenant_id": "tenant.id"}
    [candidate] = find_relations(index_of(facts), facts.tables["t0"], rows)
    assert (candidate.matched, candidate.checked) == (3, 12)
    assert len(candidate.orphans) == 5


@pytest.mark.parametrize(
    "column", ["sort_order", "order_number", "max_users", "goods_number", "status", "level"]
)
def test_quantities_and_states_are_no_keys(column: str) -> None:
    facts = schema(
        table("orders", "id int ! +", "a int"),
        table("users", "id int ! +", "a int"),
        table("goods", "goods_id int ! +", "a int"),
        table("status", "id int ! +", "name varchar(9)"),
        table("level", "id int ! +", "name varchar(9)"),
        table("thing", "id int ! +", f"{column} int"),
    )
    rows = Rows(
        **{
            **{name: [{"id": n} for n in range(1, 60)] for name in ("orders", "users", "status", "level")},
            "goods": [{"goods_id": n} for n in range(1, 60)],
            "thing": [{"id": n, column: 1 + n % 4} for n in range(1, 50)],
        }
    )
    assert found(facts, "thing", rows) == {}


def test_suggestions_carry_the_type_and_the_separator_under_names_of_their_own() -> None:
    facts = schema(
        POST, VIDEO,
        table("note", "id int ! +", "subject_type varchar(9)", "subject_id int", "post_ids varchar(20)"),
    )  # fmt: skip
    rows = Rows(
        post=[{"id": n} for n in range(1, 30)],
        video=[{"id": n} for n in range(1, 30)],
        note=[
            {"id": n, "subject_type": ("post", "video")[n % 2], "subject_id": n, "post_ids": f"{n},{n + 1}"}
            for n in range(1, 25)
        ],
    )
    entity = infer(facts, best_kind, rows)["note"].entity  # type: ignore[arg-type] # only what inference asks
    made = {name: (r.target, dict(r.when), r.separator) for name, r in entity.relations.items()}
    assert made == {
        "subject_id-post": ("post", {"subject_type": "post"}, ""),
        "subject_id-video": ("video", {"subject_type": "video"}, ""),
        "post_ids": ("post", {}, ","),
    }
    assert entity.fields["subject_id"].kind == "integer"
    assert entity.fields["post_ids"].kind == "text"
    assert entity.parent == ""


def test_a_list_of_keys_is_called_like_what_it_names() -> None:
    facts = schema(
        table("tag", "id int ! +", "name varchar(9)"), table("post", "id int ! +", "tag_ids varchar(50)")
    )
    rows = Rows(
        tag=[{"id": n} for n in range(1, 40)],
        post=[{"id": n, "tag_ids": f"{n},{n + 5}"} for n in range(1, 30)],
    )
    made = infer(facts, best_kind, rows)["post"].entity  # type: ignore[arg-type] # only what inference asks
    assert made.fields["tag_ids"].label == infer(facts, best_kind)["tag"].entity.label
