"""Sites and visitors for the browser tests: servers for the whole run, one signed-in visitor for each case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser.cases import CASES, Case
from tests.browser.site import Site, demo_site, schema_site
from tests.browser.visitor import Visitor
from tests.browser.walk import Walk

Invite = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Chromium."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The embedded demo; tests put back what they change, or change what nobody else looks at."""
    with demo_site(tmp_path_factory.mktemp("browser-demo")) as site:
        yield site


@pytest.fixture(scope="session")
def signed_in(browser: Browser, demo: Site) -> Callable[[str], StorageState]:
    """Cookies of a demo account, which signs in once."""
    known: dict[str, StorageState] = {}

    def cookies(username: str) -> StorageState:
        if username not in known:
            visitor = Visitor(browser, demo.url)
            visitor.sign_in(username)
            known[username] = visitor.context.storage_state()
            visitor.leave()
        return known[username]

    return cookies


@pytest.fixture
def invite(browser: Browser, demo: Site, signed_in: Callable[[str], StorageState]) -> Iterator[Invite]:
    """`invite("clerk", phone=True, language="zh")`: a visitor of the demo, signed in unless no name is given."""
    with ExitStack() as stack:

        def come(username: str = "", **wishes: bool | str) -> Visitor:
            visitor = Visitor(browser, demo.url, **wishes)  # type: ignore[arg-type]
            stack.callback(visitor.leave)
            if username:
                visitor.context.add_cookies(signed_in(username)["cookies"])  # type: ignore[arg-type]
            return visitor

        yield come


@pytest.fixture(scope="session")
def schema_sites(
    browser: Browser, mariadb_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Site]]:
    """The site over a real schema; started when it is first asked for."""
    with ExitStack() as stack:
        known: dict[str, Site] = {}

        def site(schema: str) -> Site:
            if schema not in known:
                folder = tmp_path_factory.mktemp(f"browser-{schema}")
                known[schema] = stack.enter_context(schema_site(folder, mariadb_url, schema))
            return known[schema]

        yield site


@pytest.fixture(scope="session", params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    """Each way in turn; pytest walks one to its end before it begins the next."""
    found: Case = request.param
    return found


@pytest.fixture(scope="session")
def walk(browser: Browser, schema_sites: Callable[[str], Site], case: Case) -> Iterator[Walk]:
    """An administrator on the way through one case; the tables are wired in the wizard by the first who asks."""
    site = schema_sites(case.schema)
    visitor = Visitor(browser, site.url, phone=case.phone, language=case.language)
    visitor.sign_in("admin", site.password)
    walk = Walk(case, site, visitor)
    walk.wire()
    yield walk
    visitor.leave()
