"""A schema with everything that old programs leave behind: all of it opens, and saving changes what was typed and nothing else."""

from __future__ import annotations

import pytest
from flask import Flask

from models.records import ordering
from tests.mysql import crawl, stored
from views.records import state

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
READ_ONLY = {"overview", "view of a b", "no_key", "unique_with_null", "unique_prefix"}


@pytest.fixture
def walked(nasty_app: Flask) -> crawl.Crawl:
    return crawl.Crawl.of(nasty_app)


def test_every_table_is_published_and_what_cannot_be_edited_says_so(
    walked: crawl.Crawl, nasty_schema: str
) -> None:
    by_table = {entity.table_name: entity for entity in walked.entities}
    assert set(by_table) == {*stored.tables(nasty_schema), "overview", "view of a b"}
    assert {name for name, entity in by_table.items() if entity.read_only} == READ_ONLY
    for name in READ_ONLY:
        assert "can be read but not changed" in walked.list(by_table[name], rows_only=False)


def test_every_page_opens_and_saving_without_a_change_changes_nothing(
    walked: crawl.Crawl, nasty_schema: str
) -> None:
    before, rows = stored.checksums(nasty_schema), stored.row_counts(nasty_schema)
    for entity in walked.entities:
        count = rows.get(entity.table_name) or stored.count(nasty_schema, entity.table_name)
        crawl.walk(walked, entity, count, crawl.every_record(walked, entity))
    print(f"{walked.pages} pages, {walked.saves} saves, {sum(rows.values())} rows compared")
    assert not walked.problems, "\n".join(walked.problems)
    assert stored.checksums(nasty_schema) == before


def test_any_column_orders_a_list_without_losing_a_row(walked: crawl.Crawl, nasty_schema: str) -> None:
    for entity in walked.entities:
        count = stored.count(nasty_schema, entity.table_name)
        for name in entity.fields:
            for sign in ("", "-"):
                path = state.ListState(entity.name, sort=((name, bool(sign)),), columns=(name,)).url()
                if ordering.is_sortable(entity, name):
                    crawl.walk_order(walked, entity, path, count)
                else:
                    assert walked.client.get(path).status_code == 400
    assert not walked.problems, "\n".join(walked.problems)
