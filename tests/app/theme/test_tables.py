"""Rows drawn in Python: everything is escaped, empty cells are marked, and a link never holds another one."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from markupsafe import Markup, escape

from app.theme.tables import Column, Row, data_rows

COLUMNS = [Column("code", "Code", "start"), Column("name", 'Na"me', "start"), Column("sum", "Sum", "end")]
BAD = '<script>"x"</script>'


def drawn(app: Flask, *rows: Row, title: str = "name", check: bool = False, edit: bool = False) -> str:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return str(data_rows(COLUMNS, rows, title, check=check, edit=edit))


def row(*cells: str | Markup, token: str = "7", title: str = "Title") -> Row:
    return Row(token, title, f"/show/{token}" if token else "", f"/edit/{token}" if token else "", cells)  # type: ignore[arg-type]


def test_everything_is_escaped(app: Flask) -> None:
    page = drawn(app, row(BAD, BAD, BAD, token='"><b>', title=BAD), check=True, edit=True)
    assert "<script" not in page
    assert "<b>" not in page
    assert page.count(str(escape(BAD))) == 5
    assert 'data-label="Na&#34;me"' in page


def test_the_column_of_the_title_leads_to_the_record(app: Flask) -> None:
    page = drawn(app, row("K1", "Ada", ""))
    assert re.findall(r'<a class="cell cell-title" href="/show/7">([^<]*)</a>', page) == ["Ada"]
    assert '<td class="cell-main" data-label="Na&#34;me">' in page
    assert '<td class="is-end is-empty" data-label="Sum">' in page
    assert '<td data-label="Code"><span class="cell">K1</span></td>' in page
    assert 'href="/show/7">K1</a>' in drawn(app, row("K1", "Ada", "2"), title="")


def test_a_link_holds_no_other_one_and_never_is_without_words(app: Flask) -> None:
    inner = Markup('<a href="/other">Ada &amp; Co</a>')
    assert ">Ada &amp; Co</a>" in drawn(app, row("K1", inner, "2"))
    assert drawn(app, row("K1", inner, "2")).count("<a ") == 1
    assert ">Title</a>" in drawn(app, row("K1", "", "2"))
    assert ">(no name)</a>" in drawn(app, row("K1", "", "2", title=""))


@pytest.mark.parametrize(("token", "boxes"), [("7", 1), ("", 0)])
def test_a_row_without_a_key_can_be_neither_chosen_nor_edited(app: Flask, token: str, boxes: int) -> None:
    page = drawn(app, row("K1", "Ada", "2", token=token), check=True, edit=True)
    assert page.count("<input") == boxes
    assert page.count('aria-label="Edit Title"') == boxes
    assert page.count("<td") == 5
