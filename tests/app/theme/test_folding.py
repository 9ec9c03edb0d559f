"""Templates compiled once for each language: constants are folded in, values stay escaped, nothing is mixed up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g, render_template
from jinja2 import DictLoader
from werkzeug.routing import BuildError

from app.theme.folding import EDITIONS, FoldingEnvironment

TEMPLATES = {
    "text.html": "{{ _('Edit') }}|{{ _('Edit %(title)s', title=name) }}|{{ icon('edit') }}|{{ icon(name) }}",
    "shadow.html": "{% set _ = named %}{{ _('Edit') }}",
    "percent.html": "{{ _('100%% of %(name)s', name=name) }}",
    "where.html": "{{ url_for('switch_language', code='zh') }} {{ url_for('switch_language', code=name) }} {{ url_for('static', filename='x.css', _external=True) }}",
    "nowhere.html": "{% if name %}{{ url_for('no.such_page') }}{% endif %}",
    "base.html": "<b>{% block x %}{{ _('Delete') }}{% endblock %}</b>",
    "child.html": "{% extends 'base.html' %}{% block x %}{{ super() }} {{ _('Edit') }}{% endblock %}",
}


@pytest.fixture
def folding(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FoldingEnvironment]:
    made = app.jinja_env
    assert isinstance(made, FoldingEnvironment)
    monkeypatch.setattr(made, "loader", DictLoader(TEMPLATES))
    yield made
    made.cache = None


def drawn(app: Flask, template: str, language: str, **values: object) -> str:
    with app.test_request_context(headers={"Accept-Language": language}):
        return render_template(template, **values)


def test_each_language_has_its_own_texts(app: Flask, folding: FoldingEnvironment) -> None:
    for _round in range(2):
        assert drawn(app, "text.html", "en", name="x").startswith("Edit|Edit x|<svg")
        assert drawn(app, "text.html", "zh", name="x").startswith("编辑|编辑")
        assert drawn(app, "child.html", "en") == "<b>Delete Edit</b>"
        assert drawn(app, "child.html", "zh") == "<b>删除 编辑</b>"


def test_values_stay_values_and_are_escaped(app: Flask, folding: FoldingEnvironment) -> None:
    assert "Edit &lt;b&gt;" in drawn(app, "text.html", "en", name="<b>")
    assert "Edit plus" in drawn(app, "text.html", "en", name="plus")
    assert drawn(app, "percent.html", "en", name="<i>") == "100% of &lt;i&gt;"


def test_a_name_with_another_meaning_is_left_alone(app: Flask, folding: FoldingEnvironment) -> None:
    assert drawn(app, "shadow.html", "en", named=str.upper) == "EDIT"


def test_a_new_bundle_gives_new_addresses_and_old_editions_go(
    app: Flask, folding: FoldingEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(EDITIONS + 3):
        with app.test_request_context(headers={"Accept-Language": "en"}):
            g.bundle_stamp = float(number)
            monkeypatch.setitem(folding.folded, "icon", lambda _name, at=number: f"icon {at}")
            assert f"|icon {number}|" in render_template("text.html", name="edit")
    assert len(folding._editions) <= EDITIONS


def test_constant_addresses_follow_the_place_of_mounting(app: Flask, folding: FoldingEnvironment) -> None:
    for root in ("", "/back", ""):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            first, second, third = render_template("where.html", name="en").split()
        assert (first, second) == (f"{root}/language/zh", f"{root}/language/en")
        assert third.startswith("http://")


def test_an_address_that_is_not_there_fails_only_when_it_is_drawn(
    app: Flask, folding: FoldingEnvironment
) -> None:
    assert drawn(app, "nowhere.html", "en", name="") == ""
    with pytest.raises(BuildError):
        drawn(app, "nowhere.html", "en", name="x")
