"""The demo looks like an ERP that has been in use: what belongs together fits, with the few flaws that are stated."""

import json
import re
from datetime import date

import pytest

from demo.codes import CODES
from demo.generate import World, rows
from demo.plan import ORPHAN_ONE_IN, plan_for
from demo.schema import tables
from tests.demo.conftest import NOW, Erp

WITH_CUSTOMER = ["T_KHLXR", "T_DDZB", "T_SKDJ", "T_HTZB", "T_GDZB", "T_ZCDA"]
COLUMNS = [(table.name, column) for table in tables().sorted_tables for column in table.columns]
CODED = [(table, column.name, column.info["codes"]) for table, column in COLUMNS if column.info["codes"]]
FLAGS = [(table, column.name) for table, column in COLUMNS if re.fullmatch("..+BZ", column.name)]


def columns_of(kind: str) -> list[tuple[str, str]]:
    return [(table, column.name) for table, column in COLUMNS if str(column.type) == kind]


def test_the_default_size(erp: Erp) -> None:
    counts = {name: erp.value(f"SELECT count(*) FROM {name}") for name in tables().tables}
    assert counts["T_KHZL"] == 20_000
    assert counts["T_DDZB"] == 60_000
    assert counts["T_ZZJG"] == 52
    assert all(counts.values())


@pytest.mark.parametrize("name", WITH_CUSTOMER)
def test_customers_exist_but_for_a_small_stated_share(erp: Erp, name: str) -> None:
    gone = erp.value(f"SELECT count(*) FROM {name} WHERE KHBH NOT IN (SELECT KHBH FROM T_KHZL)")
    total = erp.value(f"SELECT count(*) FROM {name}")
    assert gone <= total / ORPHAN_ONE_IN * 1.2
    assert (gone > 0) == (name != "T_ZCDA")


def test_every_month_of_three_years_has_orders_tickets_payments_and_contracts(erp: Erp) -> None:
    months = {year * 100 + month for year in (2024, 2025) for month in range(1, 13)}
    months |= {202311, 202312} | {202600 + month for month in range(1, 12)}
    for column, name in (("DDRQ", "T_DDZB"), ("SKRQ", "T_SKDJ"), ("QDRQ", "T_HTZB")):
        assert {row[0] for row in erp.rows(f"SELECT DISTINCT {column} / 100 FROM {name}")} == months
    tickets = erp.rows("SELECT DISTINCT replace(substr(CJSJ, 1, 7), '-', '') FROM T_GDZB")
    assert {int(row[0]) for row in tickets} == months


def test_orders_grow_and_rest_at_the_weekend(erp: Erp) -> None:
    def count(where: str) -> int:
        return int(str(erp.value(f"SELECT count(*) FROM T_DDZB WHERE {where}")))

    assert count("DDRQ BETWEEN 20260301 AND 20260531") > 1.2 * count("DDRQ BETWEEN 20240301 AND 20240531")
    assert count("DDRQ = 20261115") < 0.5 * count("DDRQ = 20261117")


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2024, 2, 29), date(2026, 1, 1), date(2026, 10, 4)])
@pytest.mark.parametrize("customers", [1, 40, 2_000])
def test_this_month_and_today_are_never_empty(today: date, customers: int) -> None:
    world = World(plan_for(customers, today))
    number = today.year * 10_000 + today.month * 100 + today.day
    assert [row for row in rows("T_DDZB", world) if row[2] == number]
    assert [row for row in rows("T_GDZB", world) if str(row[13])[:10] == today.isoformat()]


@pytest.mark.parametrize(("name", "column"), [pair for pair in columns_of("DATETIME") if pair[0] != "T_SJZD"])
def test_nothing_has_happened_after_now(erp: Erp, name: str, column: str) -> None:
    assert str(erp.value(f"SELECT max({column}) FROM {name}")) <= f"{NOW:%Y-%m-%d %H:%M:%S.000000}"


def test_epoch_seconds_and_the_moment_beside_them_agree(erp: Erp) -> None:
    sql = "SELECT count(*) FROM T_CZRZ WHERE datetime(SJC, 'unixepoch') || '.000000' <> CZSJ"
    assert erp.value(sql) == 0


def test_customers_are_registered_in_the_order_of_their_numbers(erp: Erp) -> None:
    days = [row[0] for row in erp.rows("SELECT DJRQ FROM T_KHZL WHERE DJRQ > 0 ORDER BY ID")]
    assert days == sorted(days)
    assert days[-1] == 20261123


def test_nobody_orders_before_being_a_customer(erp: Erp) -> None:
    sql = "SELECT count(*) FROM T_DDZB o JOIN T_KHZL c ON c.KHBH = o.KHBH WHERE o.DDRQ < c.DJRQ"
    assert erp.value(sql) == 0


def test_an_order_is_the_sum_of_its_lines(erp: Erp) -> None:
    sql = """SELECT count(*) FROM T_DDZB o WHERE abs(o.JE - (SELECT sum(l.JE) FROM T_DDMX l WHERE l.DDH = o.DDH)) > 0.001"""
    assert erp.value(sql) == 0


def test_what_was_paid_is_the_sum_of_the_payments(erp: Erp) -> None:
    sql = """SELECT count(*) FROM T_DDZB o WHERE abs(o.YSJE -
             coalesce((SELECT sum(p.JE) FROM T_SKDJ p WHERE p.DDH = o.DDH), 0)) > 0.001"""
    assert erp.value(sql) == 0
    assert erp.value("SELECT count(*) FROM T_DDZB WHERE YSJE > JE") == 0


def test_orders_have_their_customers_owner_unit_and_region(erp: Erp) -> None:
    sql = """SELECT count(*) FROM T_DDZB o JOIN T_KHZL c ON c.KHBH = o.KHBH
             WHERE (o.BMBH, o.DQBM) <> (c.BMBH, c.DQBM) OR (c.YWY IS NOT NULL AND c.YWY <> o.YWY)"""
    assert erp.value(sql) == 0


def test_owners_work_in_the_unit_of_their_customers(erp: Erp) -> None:
    sql = "SELECT count(*) FROM T_KHZL c JOIN T_YGDA e ON e.YGBH = c.YWY WHERE e.BMBH <> c.BMBH"
    assert erp.value(sql) == 0
    strangers = "SELECT count(*) FROM T_KHZL WHERE YWY IS NOT NULL AND YWY NOT IN (SELECT YGBH FROM T_YGDA)"
    assert erp.value(strangers) == 0


def test_only_customers_in_the_public_pool_have_no_owner(erp: Erp) -> None:
    assert erp.value("SELECT count(*) FROM T_KHZL WHERE (YWY IS NULL) <> (GHBZ = 'Y')") == 0
    assert 200 < int(str(erp.value("SELECT count(*) FROM T_KHZL WHERE GHBZ = 'Y'"))) < 1_500


def test_tickets_are_handled_where_the_customer_is(erp: Erp) -> None:
    sql = """SELECT count(*) FROM T_GDZB t JOIN T_YGDA e ON e.YGBH = t.CLR
             WHERE e.BMBH <> t.BMBH OR e.ZW <> '06'"""
    assert erp.value(sql) == 0
    sql = "SELECT count(*) FROM T_GDZB t JOIN T_KHZL c ON c.KHBH = t.KHBH WHERE c.DQBM <> t.DQBM"
    assert erp.value(sql) == 0


def test_a_tickets_asset_stands_at_its_customers(erp: Erp) -> None:
    sql = "FROM T_GDZB t JOIN T_ZCDA a ON a.ZCBH = t.ZCBH JOIN T_KHZL c ON c.KHBH = t.KHBH"
    assert erp.value(f"SELECT count(*) {sql} WHERE a.KHBH <> t.KHBH") == 0
    assert int(str(erp.value(f"SELECT count(*) {sql}"))) > 1_000


def test_a_tickets_moments_follow_each_other_and_fit_its_status(erp: Erp) -> None:
    assert erp.value("SELECT count(*) FROM T_GDZB WHERE SCHF < CJSJ OR GBSJ < SCHF") == 0
    assert erp.value("SELECT count(*) FROM T_GDZB WHERE (GBSJ IS NULL) = (GDZT IN ('5', '9'))") == 0
    assert erp.value("SELECT count(*) FROM T_GDZB WHERE (SCHF IS NULL) <> (GDZT IN ('0', '1'))") == 0


@pytest.mark.parametrize(("name", "column", "kind"), CODED)
def test_every_code_is_in_the_dictionary(erp: Erp, name: str, column: str, kind: str) -> None:
    found = {row[0] for row in erp.rows(f"SELECT DISTINCT {column} FROM {name} WHERE {column} <> ''")}
    used = {part for value in found for part in str(value).split(",")}
    assert used <= set(CODES[kind])
    assert used
    assert set(CODES[kind]) == {row[0] for row in erp.rows(f"SELECT DM FROM T_ZDB WHERE LX = '{kind}'")}


@pytest.mark.parametrize(("name", "column"), FLAGS)
def test_flags_have_two_values(erp: Erp, name: str, column: str) -> None:
    found = {str(row[0]) for row in erp.rows(f"SELECT DISTINCT {column} FROM {name}")}
    assert found <= {"0", "1"} or found <= {"Y", "N"}


def test_the_data_dictionary_has_every_table_and_column_in_both_languages(erp: Erp) -> None:
    found = {(bm, lm): (zh, en) for bm, lm, zh, en in erp.rows("SELECT BM, LM, ZWSM, YWSM FROM T_SJZD")}
    wanted = {(name, "*") for name in tables().tables} | {(table, column.name) for table, column in COLUMNS}
    assert set(found) == wanted
    assert all(zh and en and zh != en for zh, en in found.values())


def test_parents_in_the_tree_and_superiors_exist(erp: Erp) -> None:
    sql = "SELECT count(*) FROM T_ZZJG WHERE SJBH IS NOT NULL AND SJBH NOT IN (SELECT BMBH FROM T_ZZJG)"
    assert erp.value(sql) == 0
    sql = "SELECT count(*) FROM T_ZZJG WHERE FZR IS NOT NULL AND FZR NOT IN (SELECT YGBH FROM T_YGDA)"
    assert erp.value(sql) == 0
    sql = "SELECT YGBH FROM T_YGDA WHERE SJYG IS NULL OR SJYG NOT IN (SELECT YGBH FROM T_YGDA)"
    assert erp.rows(sql) == [("YG0001",)]


@pytest.mark.parametrize(("name", "column"), columns_of("JSON"))
def test_json_can_be_read(erp: Erp, name: str, column: str) -> None:
    found = erp.rows(f"SELECT {column} FROM {name} WHERE {column} IS NOT NULL LIMIT 200")
    assert all(isinstance(json.loads(row[0]), dict) for row in found)
    assert found


def test_barcodes_have_a_right_check_digit(erp: Erp) -> None:
    for (code,) in erp.rows("SELECT TM FROM T_CPZL"):
        digits = [int(digit) for digit in code]
        assert sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
        assert len(digits) == 13


def test_pictures_are_png(erp: Erp) -> None:
    for name, column in (("T_YGDA", "ZP"), ("T_ZCDA", "TP"), ("T_HTZB", "QZTP")):
        head = erp.value(f"SELECT DISTINCT substr({column}, 1, 4) FROM {name} WHERE {column} IS NOT NULL")
        assert head == b"\x89PNG"


def test_addresses_on_the_network_reach_nobody(erp: Erp) -> None:
    assert erp.value("SELECT count(*) FROM T_KHZL WHERE DZYX NOT LIKE '%.example'") == 0
    assert erp.value("SELECT count(*) FROM T_KHZL WHERE WZ <> '' AND WZ NOT LIKE 'https://%.example'") == 0
    assert erp.value("SELECT count(*) FROM T_KHZL WHERE SJHM <> '' AND SJHM NOT LIKE '154%'") == 0
    nets = erp.rows("SELECT DISTINCT substr(IP, 1, 8) FROM T_ZCDA WHERE IP IS NOT NULL")
    assert {row[0] for row in nets} <= {"192.0.2.", "198.51.1", "203.0.11", "2001:db8"}


def test_old_data_has_its_gaps(erp: Erp) -> None:
    for where in (
        "SJHM = ''",
        "DZYX IS NULL",
        "JD IS NULL",
        "DJRQ = 0",
        "BZ LIKE '%' || char(10) || '%'",
        "SCBZ = '1'",
    ):
        assert int(str(erp.value(f"SELECT count(*) FROM T_KHZL WHERE {where}"))) > 10
