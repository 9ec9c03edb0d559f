"""Permissions in words: on FAB's own lists and in the roles, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.harness import applications
from tests.harness.applications import signed_in


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("permissions")
    with applications.embedded(folder) as made:
        yield made


@pytest.mark.parametrize(
    ("language", "role", "place"),
    [("en", "IT console: use", "Sign-in statistics"), ("zh", "IT 控制台：使用", "登录统计")],
)
def test_permissions_are_read_in_words(app, language: str, role: str, place: str) -> None:
    admin = signed_in(app, "admin", language=language)
    wish = {"headers": {"Accept-Language": language}}
    assert role in admin.get("/roles/list/", **wish).get_data(as_text=True)
    listed = admin.get("/permissionviews/list/?psize_PermissionViewModelView=200", **wish).get_data(
        as_text=True
    )
    cells = re.findall(r"<td[^>]*>(.*?)</td>", listed, re.DOTALL)
    said = " ".join(re.sub(r"<[^>]*>", " ", cell) for cell in cells)
    assert place in said
    for code in ("can_", "ModelView", ".*", "menu_access"):
        assert code not in said, code


def test_what_has_no_words_yet_shows_its_code(app) -> None:
    from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu

    with app.test_request_context():
        both = PermissionView(permission=Permission(name="can_dance_well"), view_menu=ViewMenu(name="Floor"))
        assert repr(both) == "Floor: dance well"
