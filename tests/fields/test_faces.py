"""What a field always shows is kept, and never longer than it is true."""

from dataclasses import replace
from typing import Any

import pytest
from flask import current_app
from flask_babel import force_locale

from fields.faces import face_of
from fields.forms import record_form
from fields.options import Dictionaries, Option
from models.wiring.nouns import Label
from tests.fields.build import make

STATE = {"options": [["1", "Open", "开放"], ["2", "Closed", "关闭"]]}


def test_two_forms_share_a_face() -> None:
    field = make("code", "int", "c", settings=STATE)
    assert record_form([field], {})["c"].face is record_form([field], {"c": 1})["c"].face


def test_each_language_has_a_face_of_its_own() -> None:
    field = make("code", "int", "c", settings=STATE, label=Label("State", "状态"))
    english = face_of(field)
    with force_locale("zh"):
        chinese = face_of(field)
    assert (english.words, chinese.words) == ("State", "状态")
    assert (english.input.choices[-1], chinese.input.choices[-1]) == (("2", "Closed"), ("2", "关闭"))


def test_a_changed_copy_begins_anew() -> None:
    field = make("code", "int", "c", settings=STATE)
    face_of(field)
    other = replace(field, settings={"options": [["3", "Lost", ""]]})
    assert face_of(other).input.choices[-1] == ("3", "Lost")


def test_new_entries_of_a_dictionary_are_offered() -> None:
    words, now = ["One"], [0.0]

    def read(_dictionary: Any, _most: int) -> list[Option]:
        return [Option(str(number), Label(word)) for number, word in enumerate(words)]

    current_app.extensions["veneer_dictionaries"] = Dictionaries(read, lambda: now[0])
    field = make("code", "int", "c", settings={"dictionary": {"table": "T"}})
    assert [label for _code, label in face_of(field).input.choices] == ["–", "One"]
    words.append("Two")
    now[0] = 61.0
    assert [label for _code, label in face_of(field).input.choices] == ["–", "One", "Two"]


@pytest.mark.parametrize("stored", [",", "a,,b", "x,x", "x,"])
def test_an_odd_list_of_choices_is_not_put_into_a_control_that_would_change_it(stored: str) -> None:
    bound = record_form([make("set", "set('x','y')", "c")], {"c": stored})["c"]
    assert bound.input.widget == "text"
    assert bound.value == stored
