"""Flask-AppBuilder's own lists keep the filters of people who look at the same time apart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from tests.harness.applications import signed_in

NAMES = ("sales_east", "manager_west", "engineer", "clerk")
ROUNDS = 10


def test_lists_of_several_people_are_not_mixed(served: Flask) -> None:
    def look(name: str) -> list[str]:
        client = signed_in(served, "admin")
        pages = (client.get(f"/users/list/?_flt_3_username={name}") for _round in range(ROUNDS))
        return [page.get_data(as_text=True).partition("<tbody")[2] for page in pages]

    with ThreadPoolExecutor(len(NAMES)) as people:
        for name, pages in zip(NAMES, people.map(look, NAMES), strict=True):
            strangers = [other for other in NAMES if other != name]
            assert all(name in page for page in pages)
            assert not [s for page in pages for s in strangers if s in page], (
                f"{name} saw another one's filter"
            )
