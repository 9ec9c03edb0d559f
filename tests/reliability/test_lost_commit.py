"""The reply to a COMMIT is lost: nobody is told a lie, and sending the same again makes no second row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import make_url

from tests.reliability.crowd import say
from tests.reliability.people import Answer, Person
from tests.reliability.proxy import Proxy
from tests.reliability.site import Site, port_of, site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
TIMES = 15
"""Of each of the four kinds: 60 cuts."""


@pytest.fixture(scope="module")
def proxy(mariadb_url: str) -> Iterator[Proxy]:
    made = Proxy(port_of(mariadb_url))
    yield made
    made.close()


@pytest.fixture(scope="module")
def frail(mariadb_url: str, proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that reaches its database through the proxy."""
    through = make_url(mariadb_url).set(port=proxy.port).render_as_string(hide_password=False)
    with site(mariadb_url, tmp_path_factory.mktemp("frail"), through, WORKERS="1") as made:
        yield made


@pytest.mark.parametrize(
    ("cut", "goes_away"), [("after", False), ("after", True), ("before", False), ("before", True)]
)
def test_a_form_sent_again_makes_no_duplicate(frail: Site, proxy: Proxy, cut: str, goes_away: bool) -> None:
    person, met, titles = frail.person(), Counter(), []
    for _ in range(TIMES):
        title = frail.key()
        titles.append(title)
        sent = person.fill("/data/memo/add", {"title": title})
        first = sent_through(proxy, person, sent, cut, goes_away=goes_away)
        met[f"first {first.status}"] += 1
        if first.status != 302:
            assert title in first.text, "what was typed is not on the page"
            assert first.sentence, first.text[:500]
            again = person.post("/data/memo/add", sent)
            met[f"again {again.status}"] += 1
            assert again.status == 302, again
    listed = "','".join(titles)
    rows = frail.number(f"SELECT COUNT(*) FROM memo WHERE title IN ('{listed}')")
    noted = frail.number("SELECT COUNT(*) FROM {o}.`change` WHERE title IN ('" + listed + "')")
    say(f"commits cut {cut}, server {'gone' if goes_away else 'there'}", **met, rows=rows, in_the_audit=noted)
    assert (rows, noted) == (TIMES, TIMES)
    assert not [one for one in met if one.endswith("500")]
    if (cut, goes_away) == ("after", False):
        assert met["first 302"] == TIMES, "what was committed was not found out at once"


def sent_through(proxy: Proxy, person: Person, sent: dict[str, str], cut: str, *, goes_away: bool) -> Answer:
    cuts = proxy.cuts
    proxy.goes_away, proxy.cut = goes_away, cut
    answer = person.post("/data/memo/add", sent)
    proxy.refusing, proxy.cut = False, ""
    assert proxy.cuts == cuts + 1, "the connection was not cut"
    return answer


def test_a_change_by_the_api_is_looked_up(frail: Site, proxy: Proxy) -> None:
    program, met = frail.program(), Counter()
    for number in range(TIMES):
        record, key = program.read("gauge/1"), frail.key()
        proxy.goes_away, proxy.cut = bool(number % 2), "after"
        sent = ("gauge/1", record.headers["etag"], {"n": record.json["n"] + 1}, key)
        first = program.change(*sent)
        proxy.refusing = False
        met[f"first {first.status}"] += 1
        again = program.change(*sent)
        met[f"again {again.status}"] += 1
        assert again.status == 200, again
    say("changes cut after their commit", **met, n=frail.number("SELECT n FROM gauge WHERE id=1"))
    assert frail.number("SELECT n FROM gauge WHERE id=1") == TIMES
    assert "first 500" not in met
