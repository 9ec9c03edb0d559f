"""Five real schemas: every page of every table opens, saving without a change changes nothing, and no table is redefined."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.harness import databases
from tests.harness.applications import over_schema
from tests.mysql import crawl, stored

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]


@pytest.mark.parametrize("schema", databases.DUMPS, indirect=True)
def test_every_page_of_every_table_opens_and_saving_without_a_change_changes_nothing(
    mariadb_url: str, schema: str, tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    name = str(make_url(schema).database)
    before, rows, built = stored.checksums(schema), stored.row_counts(schema), stored.definitions(schema)
    with stored.ddl_log(mariadb_url, tmp_path, name) as ddl, over_schema(mariadb_url, name) as app:
        walked = crawl.Crawl.of(app)
        published = {entity.table_name for entity in walked.entities}
        for entity in walked.entities:
            crawl.walk(walked, entity, rows.get(entity.table_name) or stored.count(schema, entity.table_name))
    print(f"{walked.pages} pages, {walked.saves} saves, {sum(rows.values())} rows compared")
    assert not walked.problems, "\n".join(walked.problems)
    assert published >= set(stored.tables(schema))
    assert stored.checksums(schema) == before
    written = "SELECT entity, record FROM `change` WHERE action IN ('create', 'change', 'delete', 'undo') AND entity NOT LIKE '@%'"
    assert databases.execute(databases.url_of(mariadb_url, f"{name}_overlay"), written) == []
    assert ddl == []
    assert stored.definitions(schema) == built


@pytest.mark.parametrize("schema", ["jsherp"], indirect=True)
def test_the_pages_open_in_chinese_with_the_words_of_the_schema(mariadb_url: str, schema: str) -> None:
    with over_schema(mariadb_url, str(make_url(schema).database)) as app:
        walked = crawl.Crawl.of(app, language="zh")
        for entity in walked.entities:
            page = walked.list(entity, rows_only=False)
            assert '<html lang="zh' in page
            assert entity.label.zh in page
            for token in crawl.tokens(page, entity)[:1]:
                walked.get(f"/data/{entity.name}/show/{token}")
                walked.get(f"/data/{entity.name}/edit/{token}")
            walked.get(f"/data/{entity.name}/add")
    assert not walked.problems, "\n".join(walked.problems)
