"""On the nasty schema: what is typed arrives, in its column and nowhere else; undo and restore bring back every bit."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import make_url
from werkzeug.datastructures import MultiDict

from fields.forms import unfillable
from models.wiring.nouns import Entity, Field
from tests.harness import databases, forms
from tests.mysql import crawl, samples, stored

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
FOLLOWS = {"guarded": {"upper_name"}, "filled_by_the_server": {"tax", "gross", "changed"}}
"""Columns that the server itself changes along."""
OVERRULED = {("guarded", "upper_name")}
"""A trigger of the database has the last word."""
REFUSED = {
    "three_parts": ("Other records still point to this one",),
    "tree": ("Other records still point to this one",),
    "three_parts_detail": ("There is no such record", "A record that this one points to does not exist"),
}
"""Tables with foreign keys that the server holds, and what it then says in our words."""
ONE_WAY = {("orphans", "tree_id"), ("orphans", "1")}
"""What led nowhere before cannot lead there again: the server refuses."""


@pytest.fixture
def walked(nasty_app: Flask) -> crawl.Crawl:
    return crawl.Crawl.of(nasty_app)


@pytest.fixture(scope="module")
def charsets(nasty_schema: str) -> dict[tuple[str, str], str]:
    return samples.charsets(nasty_schema)


def writable(walked: crawl.Crawl) -> list[Entity]:
    return [entity for entity in walked.entities if not entity.read_only]


def newest_change(url: str) -> int:
    name = make_url(url).database
    found = databases.execute(databases.url_of(url, f"{name}_overlay"), "SELECT MAX(id) FROM `change`")
    return int(found[0][0] or 0)


def typed_into(
    walked: crawl.Crawl, entity: Entity, field: Field, form: forms.Form, charset: str
) -> tuple[MultiDict[str, str], str] | None:
    """The form with another value in one control, and what must be stored; None = there is nothing else to choose."""
    name, sent = f"f.{field.name}", form.sent
    control = form.control(name)
    if control is None:
        return None
    if control.type == "select":
        text = (
            related(walked, entity, field, sent.get(name, ""))
            if "data-lookup" in control.attributes
            else samples.chosen(control, sent.get(name, ""))
        )
        read = text
    elif control.type == "checkbox":
        options = [one.attributes.get("value", "") for one in form.controls if one.name == name]
        text = read = next(one for one in reversed(options) if one != sent.getlist(name)[-1])
    else:
        text, read = samples.sample(field, charset)
    if text is None or read is None:
        return None
    sent.setlist(name, [text])
    return sent, read


def related(walked: crawl.Crawl, entity: Entity, field: Field, before: str) -> str | None:
    """Another record from the look-up box."""
    found = json.loads(walked.get(f"/data/{entity.name}/look-up/{stored.url_part(field.name)}?q="))
    return next((one["value"] for one in found if one["value"] != before), None)


def difference(before: Counter[Any], after: Counter[Any], names: list[str]) -> set[str]:
    """Names of the columns in which the one row that differs does so."""
    gone, come = list((before - after).elements()), list((after - before).elements())
    assert len(gone) == len(come) == 1, f"{len(gone)} rows went and {len(come)} came"
    return {name for name, old, new in zip(names, gone[0], come[0], strict=True) if old != new}


def test_one_typed_value_changes_its_column_and_no_other_and_can_be_taken_back(
    walked: crawl.Crawl, nasty_schema: str, charsets: dict[tuple[str, str], str]
) -> None:
    changed = 0
    for entity in writable(walked):
        records = crawl.every_record(walked, entity)
        for number, field in enumerate(entity.fields.values()):
            if records:
                changed += change_one(
                    walked, nasty_schema, entity, field, records[number % len(records)], charsets
                )
    print(f"{changed} values changed and taken back")
    assert not walked.problems, "\n".join(walked.problems)
    assert changed > 200


def change_one(
    walked: crawl.Crawl,
    url: str,
    entity: Entity,
    field: Field,
    token: str,
    charsets: dict[tuple[str, str], str],
) -> int:
    path, place = f"/data/{entity.name}/edit/{token}", f"{entity.table_name}.{field.name} of {token}"
    form = forms.main_form(walked.get(path))
    typed = typed_into(walked, entity, field, form, charsets[entity.table_name, field.name])
    if typed is None or (entity.table_name, field.name) in OVERRULED:
        return 0
    before = stored.rows(url, entity.table_name)
    if refused(walked, entity, place, walked.client.post(path, data=typed[0])):
        walked.expect(
            stored.rows(url, entity.table_name) == before, f"{place}: something was written all the same"
        )
        return 0
    check_stored(walked, url, entity, field, before, typed[1], place)
    take_back(walked, url, entity, form)
    back = stored.rows(url, entity.table_name)
    is_back = without(url, entity, back) == without(url, entity, before)
    walked.expect(is_back or (entity.table_name, field.name) in ONE_WAY, f"{place}: not taken back")
    return 1


def check_stored(
    walked: crawl.Crawl, url: str, entity: Entity, field: Field, before: Counter[Any], wanted: str, place: str
) -> None:
    after, names = stored.rows(url, entity.table_name), list(stored.columns(url, entity.table_name))
    if after == before:
        walked.problems.append(f"{place}: nothing was written")
        return
    found = difference(before, after, names) - (FOLLOWS.get(entity.table_name, set()) - {field.name})
    walked.expect(found == {field.name}, f"{place}: {found} changed")
    values = databases.execute(
        url, f"SELECT {samples.expression(field)} FROM {stored.quoted(entity.table_name)}"
    )
    walked.expect(wanted in {str(value) for (value,) in values}, f"{place}: {wanted!r} is not among {values}")


def without(url: str, entity: Entity, rows: Counter[Any]) -> Counter[Any]:
    """The rows without the columns in which the server notes the time of the change itself."""
    volatile = FOLLOWS.get(entity.table_name, set()) & {"changed"}
    kept = [name not in volatile for name in stored.columns(url, entity.table_name)]
    found: Counter[Any] = Counter()
    for row, count in rows.items():
        found[tuple(value for value, keep in zip(row, kept, strict=True) if keep)] += count
    return found


def test_a_deleted_row_comes_back_whole(walked: crawl.Crawl, nasty_schema: str) -> None:
    deleted = 0
    for entity in writable(walked):
        for token in crawl.every_record(walked, entity)[:25]:
            deleted += delete_one(walked, nasty_schema, entity, token)
    print(f"{deleted} rows deleted and brought back")
    assert not walked.problems, "\n".join(walked.problems)
    assert deleted > 100


def delete_one(walked: crawl.Crawl, url: str, entity: Entity, token: str) -> int:
    path, before = f"/data/{entity.name}/delete/{token}", stored.rows(url, entity.table_name)
    form = forms.main_form(walked.get(path))
    if refused(walked, entity, path, walked.client.post(path, data=form.sent)):
        return 0
    walked.expect(stored.rows(url, entity.table_name) != before, f"{path}: nothing happened")
    take_back(walked, url, entity, form)
    is_back = stored.rows(url, entity.table_name) == before
    walked.expect(is_back or (entity.table_name, token) in ONE_WAY, f"{path}: it did not come back whole")
    return 1


def refused(walked: crawl.Crawl, entity: Entity, place: str, answer: Any) -> bool:
    """Whether the server refused, which has to be a known reason and in words."""
    if answer.status_code == 302:
        return False
    words = crawl.sentence(answer.get_data(as_text=True))
    known = answer.status_code == 400 and any(one in words for one in REFUSED.get(entity.table_name, ()))
    walked.expect(known, f"{place}: {answer.status_code} {words}")
    return True


def take_back(walked: crawl.Crawl, url: str, entity: Entity, form: forms.Form) -> None:
    """Undo the newest change."""
    path = f"/data/{entity.name}/undo/{newest_change(url)}"
    walked.client.post(path, data={"csrf_token": form.sent["csrf_token"]})


def test_a_new_record_holds_what_was_typed(
    walked: crawl.Crawl, nasty_schema: str, charsets: dict[tuple[str, str], str]
) -> None:
    added = sum(add_one(walked, nasty_schema, entity, charsets) for entity in writable(walked))
    print(f"{added} records added and taken back")
    assert not walked.problems, "\n".join(walked.problems)
    assert added > 40


def add_one(walked: crawl.Crawl, url: str, entity: Entity, charsets: dict[tuple[str, str], str]) -> int:
    path, table = f"/data/{entity.name}/add", entity.table_name
    if unfillable(entity.fields.values()):
        return 0
    form = forms.main_form(walked.get(path))
    sent, wanted = filled(walked, entity, form, charsets)
    before = stored.rows(url, table)
    answer = walked.client.post(path, data=sent)
    if refused(walked, entity, path, answer):
        return 0
    walked.get(answer.headers["Location"])
    after = stored.rows(url, table)
    walked.expect(sum((after - before).values()) == 1 and before <= after, f"{path}: {after - before} came")
    expressions = ", ".join(samples.expression(entity.fields[name]) for name in wanted) or "1"
    lines = databases.execute(url, f"SELECT {expressions} FROM {stored.quoted(table)}")
    found = tuple(wanted.values()) in {tuple(map(str, line)) for line in lines}
    walked.expect(found or not wanted, f"{path}: {wanted} is not among the rows")
    take_back(walked, url, entity, form)
    walked.expect(stored.rows(url, table) == before or entity.delete_flag, f"{path}: not taken back")
    return 1


def filled(
    walked: crawl.Crawl, entity: Entity, form: forms.Form, charsets: dict[tuple[str, str], str]
) -> tuple[MultiDict[str, str], dict[str, str]]:
    """The form with a value in every control, and what must then be stored by column."""
    sent, wanted = form.sent, {}
    for field in entity.fields.values():
        typed = typed_into(walked, entity, field, form, charsets[entity.table_name, field.name])
        if typed is not None:
            sent.setlist(f"f.{field.name}", typed[0].getlist(f"f.{field.name}"))
            if (entity.table_name, field.name) not in OVERRULED:
                wanted[field.name] = typed[1]
    return sent, wanted


def test_a_row_on_which_others_hang_is_not_deleted_with_them(walked: crawl.Crawl, nasty_schema: str) -> None:
    databases.execute(nasty_schema, "INSERT INTO orphans VALUES (3, 2, NULL, 'hangs on the leaf')")
    tree = walked.catalogue.entities["tree"]
    rows = stored.rows(nasty_schema, "tree"), stored.rows(nasty_schema, "orphans")
    form = forms.main_form(walked.get("/data/tree/delete/2"))
    assert refused(walked, tree, "tree 2", walked.client.post("/data/tree/delete/2", data=form.sent))
    assert (stored.rows(nasty_schema, "tree"), stored.rows(nasty_schema, "orphans")) == rows
    databases.execute(nasty_schema, "DELETE FROM orphans WHERE id = 3")
    assert not walked.problems, "\n".join(walked.problems)
