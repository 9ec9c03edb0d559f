"""Dictionary tables: bounded, kept for a minute, and no page breaks without them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

import fields
from app.database import open_embedded
from app.errors import Invalid
from fields import options
from fields.dictionary import system_reader
from fields.options import Dictionaries, Option
from models.wiring.nouns import Label
from tests.fields.build import make

LEVELS = {"table": "T_ZD", "code": "DM", "label": "MC", "where": {"LX": "KHDJ"}}
FIELD = make("code", "char(2)", settings={"dictionary": LEVELS})


@pytest.fixture
def legacy(app: Flask, tmp_path: Path) -> Flask:
    engine = open_embedded(tmp_path / "erp.db", tmp_path / "overlay.db")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE erp.T_ZD (LX varchar(9), DM varchar(9), MC varchar(9), EN varchar(9))"
        )
        rows = [("KHDJ", "A", "核心", "Core"), ("KHDJ", "B", None, None), ("HY", "A", "机械", "Machines")]
        connection.exec_driver_sql("INSERT INTO erp.T_ZD VALUES (?, ?, ?, ?)", rows)
    options.init_app(app, system_reader(engine, "erp", {"codes": "T_ZD"}.__getitem__))
    return app


@pytest.mark.usefixtures("legacy")
def test_codes_are_shown_chosen_and_read_by_their_meaning() -> None:
    kind = fields.type_of(FIELD)
    assert list(options.options(FIELD)) == ["A", "B"]
    assert str(kind.cell(FIELD, "A")) == "核心"
    assert str(kind.cell(FIELD, "B")) == "B"
    assert kind.input(FIELD).choices == (("", "–"), ("A", "核心"), ("B", "B"))
    assert kind.parse(FIELD, "核心") == "A"
    with pytest.raises(Invalid):
        kind.parse(FIELD, "Z")


@pytest.mark.usefixtures("legacy")
def test_a_dictionary_may_hold_both_languages_and_belong_to_an_entity() -> None:
    two = {
        "entity": "codes",
        "code": "DM",
        "label": "MC",
        "label_en": "EN",
        "where": {"field": "LX", "op": "eq", "value": "HY"},
    }
    field = make("code", "char(2)", settings={"dictionary": two})
    assert options.options(field) == {"A": Option("A", Label("Machines", "机械"))}


@pytest.mark.usefixtures("legacy")
@pytest.mark.parametrize("wrong", [{"table": "NO_SUCH"}, {"entity": "unknown"}])
def test_without_its_dictionary_a_code_is_shown_bare_and_still_edited(wrong: Mapping[str, str]) -> None:
    field = make("code", "int", settings={"dictionary": {"code": "DM", "label": "MC", **wrong}})
    kind = fields.type_of(field)
    assert str(kind.cell(field, 7)) == "7"
    assert kind.input(field).widget == "text"
    assert kind.parse(field, "7") == 7


def test_a_dictionary_is_read_once_a_minute_and_never_whole() -> None:
    now, asked = [0.0], []

    def read(_dictionary: Mapping[str, Any], most: int) -> Iterable[Option]:
        asked.append(most)
        return [Option(str(n), Label()) for n in range(5000)]

    held = Dictionaries(read, clock=lambda: now[0])
    assert len(held.options(LEVELS)) == options.MOST
    held.options(LEVELS)
    assert asked == [options.MOST]
    now[0] = 61
    held.options(LEVELS)
    assert len(asked) == 2
    held.forget()
    held.options(LEVELS)
    assert len(asked) == 3


def test_what_was_known_serves_while_the_database_does_not() -> None:
    now, fails = [0.0], [False]

    def read(_dictionary: Mapping[str, Any], _most: int) -> Iterable[Option]:
        if fails[0]:
            raise OperationalError("SELECT", {}, Exception("gone"))
        return [Option("A", Label("Core"))]

    held = Dictionaries(read, clock=lambda: now[0])
    held.options(LEVELS)
    now[0], fails[0] = 61, True
    assert list(held.options(LEVELS)) == ["A"]


@pytest.mark.parametrize(
    "given", [["1", "Red", "红"], [1, "Red", "红"], {"value": "1", "label": {"en": "Red", "zh": "红"}}]
)
def test_options_may_be_written_in_several_ways(given: Any) -> None:
    field = make("code", "int", settings={"options": [given]})
    assert options.options(field) == {"1": Option("1", Label("Red", "红"))}


def test_a_label_that_two_codes_share_is_exported_as_code() -> None:
    field = make("code", "int", settings={"options": [["1", "Old", ""], ["2", "Old", ""], ["3", "New", ""]]})
    kind = fields.type_of(field)
    assert [kind.to_csv(field, one) for one in (1, 2, 3)] == ["1", "2", "New"]
