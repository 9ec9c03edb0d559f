"""Opening a form and saving it as it stands writes nothing, whatever old programs left in the row."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.harness import databases
from tests.mysql import stored
from tests.reliability.crowd import at_once, say
from tests.reliability.people import Person
from tests.reliability.site import Site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
ROWS = 1000
CHANGES = "SELECT COUNT(*) FROM {o}.`change` WHERE entity='legacy'"
BROKEN = ("day IN ('0000-00-00','2026-00-15')", "at = 0", "f IS NOT NULL", "d < 1e-8", "span > '24:00:00'", "span < 0", "the_year = 0",
          "padded LIKE '  %'", "western LIKE '%ë%'", "gbk LIKE '%中%'", "bits > 255", "flags = ''", "kind = ''", "wide LIKE '%𠮷%'",
          "body LIKE '%\\r%'", "body = ''", "body IS NULL", "shape IS NOT NULL", "odd = -1")  # fmt: skip
"""Each of these odd values stands in many of the rows, or nothing would be shown."""


def save_untouched(person: Person, row: int) -> int:
    path = f"/data/legacy/edit/{row}"
    page = person.form(path)
    return person.post(path, page.sent).status


def test_a_thousand_rows_opened_and_saved_are_the_same_to_the_bit(shop: Site) -> None:
    here = databases.url_of(shop.server, shop.name)
    for condition in BROKEN:
        assert shop.number(f"SELECT COUNT(*) FROM legacy WHERE {condition}") >= 100, condition
    before = stored.rows(here, "legacy")
    assert sum(before.values()) == ROWS
    met = Counter(at_once(save_untouched, [(shop.person(), row) for row in range(1, ROWS + 1)], 6))
    after = stored.rows(here, "legacy")
    changed = sum((after - before).values())
    say("saved untouched", rows=ROWS, columns=len(stored.columns(here, "legacy")), odd_values=len(BROKEN),
        **{f"answers {k}": v for k, v in met.items()}, changed=changed, in_the_audit=shop.number(CHANGES))  # fmt: skip
    assert changed == 0
    assert set(met) == {302}
    assert shop.number(CHANGES) == 0
