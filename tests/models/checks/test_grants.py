"""Rights as the server prints them, and the statements that add what is missing."""

from __future__ import annotations

import pytest

from models.checks.grants import Grants, grant, least, missing, pattern_of

ACCOUNT = ("ven", "%")


def held(*lines: str) -> Grants:
    return Grants.read(f"GRANT {line} TO `ven`@`%`" for line in lines)


@pytest.mark.parametrize(
    ("line", "schema", "expected"),
    [
        ("USAGE ON *.*", "erp", set()),
        ("SELECT, INSERT ON `erp`.*", "erp", {"SELECT", "INSERT"}),
        ("SELECT, INSERT ON `erp`.*", "other", set()),
        ("ALL PRIVILEGES ON *.*", "erp", {"ALL"}),
        ("ALL PRIVILEGES ON `erp`.*", "erp", {"ALL"}),
        ("SELECT ON `old\\_erp`.*", "old_erp", {"SELECT"}),
        ("SELECT ON `old\\_erp`.*", "oldXerp", set()),
        ("SELECT ON `old_erp`.*", "oldXerp", {"SELECT"}),
        ("SELECT ON `e%`.*", "erp", {"SELECT"}),
        ("SELECT ON `a``b`.*", "a`b", {"SELECT"}),
        ("SELECT (`a`, `b`), UPDATE ON `erp`.*", "erp", {"UPDATE"}),
        ("SELECT (`a`, `b`) ON `erp`.`t`", "erp", set()),
        ("EXECUTE ON PROCEDURE `erp`.`p`", "erp", set()),
        ("`role`", "erp", set()),
    ],
)
def test_a_line_gives_these_rights_on_a_schema(line: str, schema: str, expected: set[str]) -> None:
    assert held(line).on_schema(schema) == expected


def test_rights_on_a_table_add_to_those_on_its_schema() -> None:
    grants = held("SELECT ON `erp`.*", "UPDATE ON `erp`.`t`", "DELETE (`x`) ON `erp`.`t`")
    assert grants.on_table("erp", "t") == {"SELECT", "UPDATE"}
    assert grants.on_table("erp", "u") == {"SELECT"}
    assert grants.names_tables_of("erp")
    assert not grants.names_tables_of("other")


def test_names_fold_where_the_server_folds_them() -> None:
    lines = ["GRANT SELECT ON `Erp`.* TO `ven`@`%`"]
    assert Grants.read(lines, fold=True).on_schema("ERP") == {"SELECT"}
    assert Grants.read(lines).on_schema("ERP") == set()


def test_what_is_missing_stands_in_the_usual_order() -> None:
    assert missing({"INSERT"}, {"DELETE", "INSERT", "SELECT"}) == ["SELECT", "DELETE"]
    assert missing({"ALL"}, {"DELETE"}) == []


def test_statements_name_one_schema_and_no_other() -> None:
    assert grant(["SELECT"], "old_erp", "*", ACCOUNT) == "GRANT SELECT ON `old\\_erp`.* TO 'ven'@'%';"
    assert (
        grant(["SELECT"], "old_erp", "a`b", ("o'neil", "10.%"))
        == "GRANT SELECT ON `old_erp`.`a``b` TO 'o''neil'@'10.%';"
    )
    assert pattern_of("a%b_c\\") == "a\\%b\\_c\\\\"


def test_the_least_rights_are_rows_there_and_everything_here() -> None:
    assert least("erp", "veneer", ACCOUNT) == (
        "GRANT SELECT, INSERT, UPDATE, DELETE ON `erp`.* TO 'ven'@'%';",
        "GRANT ALL PRIVILEGES ON `veneer`.* TO 'ven'@'%';",
    )
