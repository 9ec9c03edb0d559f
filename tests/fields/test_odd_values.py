"""Whatever stands in a column, no page breaks on it, and no form changes it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

import fields
from app.errors import Invalid
from fields.forms import record_form
from tests.fields.test_kinds import FIELDS

ANYTHING = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.binary(max_size=20),
)
CALM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", FIELDS)
@CALM
@given(stored=ANYTHING)
def test_anything_can_be_shown(name: str, stored: Any) -> None:
    field = FIELDS[name]
    kind = fields.type_of(field)
    drawn = (
        kind.text(field, stored),
        kind.words(field, stored),
        str(kind.cell(field, stored)),
        kind.to_csv(field, stored),
    )
    assert all(isinstance(one, str) for one in drawn)
    assert "\n" not in kind.cell(field, None)
    kind.show(field, stored)
    kind.to_json(field, stored)


@pytest.mark.parametrize("name", FIELDS)
@CALM
@given(stored=ANYTHING)
def test_anything_survives_a_form_that_nobody_touched(name: str, stored: Any) -> None:
    field = FIELDS[name]
    bound = record_form([field], {"c": stored})["c"]
    listed = bound.value.split(",") if bound.input.widget in {"checkbox", "multiselect"} else [bound.value]
    sent = (
        []
        if bound.locked
        else [one.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n") for one in listed]
    )
    form = record_form([field], {"c": stored}, MultiDict([("f.c", one) for one in sent]))
    assert form.changes() == {}
    assert form.validate()


@pytest.mark.parametrize("name", FIELDS)
@CALM
@given(typed=st.text(max_size=30))
def test_anything_typed_is_read_or_refused(name: str, typed: str) -> None:
    field = FIELDS[name]
    kind = fields.type_of(field)
    try:
        stored = kind.parse(field, typed)
    except Invalid:
        return
    assert kind.parse(field, kind.text(field, stored)) == stored


@given(number=st.decimals(min_value=-999999, max_value=999999, places=2))
@CALM
def test_amounts_are_never_rounded(number: Decimal) -> None:
    for name in ("decimal", "money", "fraction"):
        field = FIELDS[name]
        kind = fields.type_of(field)
        small = number / 100 if name == "fraction" else number
        if name == "fraction" and abs(small) >= 100:
            continue
        assert kind.parse(field, kind.text(field, small)) == small


@given(number=st.floats(allow_nan=False, allow_infinity=False))
@CALM
def test_doubles_are_kept_bit_for_bit(number: float) -> None:
    field = FIELDS["double"]
    kind = fields.type_of(field)
    assert kind.parse(field, kind.text(field, number)).hex() == number.hex()
