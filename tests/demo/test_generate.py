"""The rows are the same whenever they are made, fit their tables and stream."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

import pytest

from demo.generate import GENERATORS, World, expected, rows
from demo.generate.names import BRAND, COLOURS, GIVEN, PLACES, SURNAMES, company, mix, mobile, person
from demo.plan import DemoRefused, moment, plan_for
from demo.schema import tables
from tests.demo.conftest import NOW


def checksum(world: World) -> str:
    digest = hashlib.sha256()
    for name in GENERATORS:
        for row in rows(name, world):
            digest.update(repr(row).encode())
    return digest.hexdigest()


def values(world: World) -> Iterator[tuple[str, object]]:
    for name in GENERATORS:
        for row in rows(name, world):
            for value in row:
                yield name, value


def test_the_same_plan_gives_the_same_rows(world: World) -> None:
    assert checksum(World(plan_for(300, NOW))) == checksum(world)


def test_another_seed_day_or_size_gives_other_rows(world: World) -> None:
    others = [plan_for(300, NOW, seed=7), plan_for(300, date(2026, 11, 24)), plan_for(301, NOW)]
    assert len({checksum(World(plan)) for plan in others} | {checksum(world)}) == 4


def test_rows_made_in_another_version_of_python_are_the_same() -> None:
    """Hashes of our own, no `random` and no `hash()`: these numbers hold everywhere."""
    assert mix(0) == 0xE220A8397B1DCDAF
    assert (mix(1), mobile("154", 12)) == (0x910A2DEC89025CC1, "15495029332")


def test_a_table_can_be_read_by_itself_and_in_part(world: World) -> None:
    whole = list(rows("T_SKDJ", world))
    assert list(islice(rows("T_SKDJ", world), 50)) == whole[:50]


@pytest.mark.parametrize("name", GENERATORS)
def test_a_row_has_a_value_for_each_column(name: str, world: World) -> None:
    table = tables().tables[name]
    for row in rows(name, world):
        assert len(row) == len(table.columns)
        missing = [
            c.name for c, value in zip(table.columns, row, strict=True) if value is None and not c.nullable
        ]
        assert missing == []


@pytest.mark.parametrize("name", GENERATORS)
def test_texts_fit_their_columns(name: str, world: World) -> None:
    lengths = [getattr(column.type, "length", None) for column in tables().tables[name].columns]
    for row in rows(name, world):
        for value, length in zip(row, lengths, strict=True):
            assert length is None or value is None or len(str(value)) <= length, (name, value)


def test_the_largest_codes_fit_too() -> None:
    world = World(plan_for(10_000_000, NOW))
    table = tables().tables["T_KHZL"]
    assert len(world.customer_code(9_999_999, 0)) == table.c.KHBH.type.length
    assert world.plan.orders == 10_000_000


def test_no_value_needs_escaping_in_a_load_file(world: World) -> None:
    texts = [value for _, value in values(world) if isinstance(value, str)]
    assert not [text for text in texts if set(text) & set("\\\x1e\x1f\x00")]


@pytest.mark.parametrize("name", ["T_CPZL", "T_KHZL", "T_KHLXR", "T_DDZB", "T_HTZB", "T_ZCDA", "T_CZRZ"])
def test_progress_knows_the_number_of_rows(name: str, world: World) -> None:
    assert sum(1 for _ in rows(name, world)) == expected(name, world.plan)


@pytest.mark.parametrize("name", ["T_DDMX", "T_SKDJ", "T_GDZB"])
def test_progress_knows_about_how_many_rows_where_chance_decides(name: str, world: World) -> None:
    count = sum(1 for _ in rows(name, world))
    assert 0.6 < expected(name, world.plan) / count < 1.6


def test_a_million_customers_need_no_memory() -> None:
    world = World(plan_for(1_000_000, NOW))
    first = next(rows("T_KHZL", world))
    assert first[1] == "KH00000001"
    assert len(world.seats) == 4096


def test_sizes_out_of_reach_are_refused_with_a_sentence() -> None:
    for size in (0, -5, 10_000_001):
        with pytest.raises(DemoRefused, match="1 to 10,000,000 customers. Ask for"):
            plan_for(size)


def test_small_demos_are_denser_than_large_ones() -> None:
    plans = [plan_for(size) for size in (1, 100, 20_000, 100_000, 300_000, 10_000_000)]
    ratios = [plan.orders / plan.customers for plan in plans]
    assert ratios == sorted(ratios, reverse=True)
    assert [plan.orders for plan in plans] == sorted(plan.orders for plan in plans)
    assert all(plan.orders >= plan.customers for plan in plans)


def test_now_is_a_wall_clock_time_in_the_zone_asked_for() -> None:
    assert moment(date(2026, 2, 3)) == datetime.fromisoformat("2026-02-03 15:00")
    assert moment(datetime.fromisoformat("2026-02-03 09:30")) == datetime.fromisoformat("2026-02-03 09:30")
    aware = datetime.fromisoformat("2026-02-03T09:30:00+00:00")
    assert moment(aware, "Asia/Shanghai") == datetime.fromisoformat("2026-02-03 17:30")
    assert moment(None, "Asia/Shanghai") != moment(None, "UTC")


def test_lists_of_syllables_are_as_long_as_their_hash_bits_need() -> None:
    assert (len(SURNAMES), len(COLOURS)) == (32, 16)
    everyone = {person(mix(number))[0] for number in range(2_000)}
    assert len(everyone) > 1_900
    assert company(mix(5), "HD")[0].endswith("公司")


def test_mobile_numbers_do_not_repeat() -> None:
    numbers = {mobile("154", number).replace("-", "") for number in range(50_000)}
    assert len(numbers) == 50_000
    assert {len(number) for number in numbers} == {11}


def test_syllables_are_split_into_chinese_and_pinyin() -> None:
    places = [pair for region in PLACES.values() for pair in region[0]]
    for zh, en in [*SURNAMES, *GIVEN, *BRAND, *places]:
        assert en.isascii()
        assert en.isalpha()
        assert not any(char.isascii() for char in zh)
