"""What the visitor of a case does again and again: wire, open the list, open a record, fill in a form."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.cases import Case
from tests.browser.site import Site
from tests.browser.visitor import Visitor

TITLES = "[data-rows] a.cell-title"


@dataclass
class Walk:
    """A case, its site and its visitor; `list_path` is known once the tables are published."""

    case: Case
    site: Site
    visitor: Visitor
    list_path: str = ""

    @property
    def page(self) -> Page:
        return self.visitor.page

    def wire(self) -> None:
        """Search, tick, correct a label, look at the preview, publish: the wizard from its first page to its last."""
        tables = (self.case.also, self.case.table)
        for table in tables:
            self._tick(table)
        self.visitor.press("button[name=action][value=next]")
        self.page.wait_for_url("**/wiring/review")
        self.visitor.look()
        self._correct()
        self.visitor.press("button[name=then][value=review]")
        self.visitor.look()
        self.page.fill("#note", "Browser test")
        self.visitor.follow("form[action$='/wiring/publish'] [data-save]")
        self.visitor.look()

    def _tick(self, table: str) -> None:
        self.visitor.go("/wiring/")
        self.visitor.look()
        self.page.fill("#tables input[type=search]", table)
        self.page.press("#tables input[type=search]", "Enter")
        self.page.wait_for_url(f"**q={table}*")
        self.visitor.settle()
        box = self.page.locator(f'[data-select][value="{table}"]')
        self.visitor.press(self.page.locator("label", has=box))
        expect(box).to_be_checked()
        self.visitor.look()
        self.visitor.follow("button[name=action][value=save]")

    def _correct(self) -> None:
        self.visitor.go(f"/wiring/table?table={self.case.table}")
        self.page.fill(f"#label-{self.case.language}", self.case.renamed)
        self.page.locator(".page-foot").scroll_into_view_if_needed()
        expect(self.page.locator("#preview tbody tr").first).to_be_visible()
        self.visitor.settle()
        self.visitor.look()

    def open_from_menu(self) -> None:
        """The list of the case's table, as the menu offers it."""
        if self.case.phone:
            self.visitor.press(".bottom button[popovertarget=side]")
        entry = self.page.locator(".side .nav-entry", has_text=self.case.renamed)
        expect(entry).to_have_count(1)
        self.visitor.follow(entry)
        self.list_path = urlsplit(self.page.url).path

    def open_list(self, query: str = "") -> None:
        """The list by its address."""
        if not self.list_path:
            self.visitor.go("/")
            self.open_from_menu()
        self.visitor.go(self.list_path + query)

    def titles(self) -> list[str]:
        """The names of the rows that are shown."""
        return self.page.locator(TITLES).all_inner_texts()

    def open_record(self, title: str) -> None:
        """The record of this name, found by the list's own search."""
        self.open_list(f"?q={title}")
        row = self.page.locator(TITLES, has_text=title).first
        self.visitor.follow(row)

    def field(self, column: str) -> Locator:
        """The control of a column in a form."""
        return self.page.locator(f"form[data-main-form] [name='f.{column}']:not([type=hidden])").first

    def open_form(self, title: str) -> str:
        """The record's form; returns the record's own address."""
        self.open_record(title)
        shown = self.page.url
        self.visitor.follow("[data-key=e]")
        return shown

    def save(self) -> None:
        """Press the form's main button and wait for the answer."""
        self.visitor.follow("form[data-main-form] [data-save]")

    def stored(self, column: str, title: str) -> object:
        """What the database holds for the record of this name."""
        case = self.case
        return self.site.sql(f"SELECT `{column}` FROM `{case.table}` WHERE `{case.title}` = '{title}'")[0][0]
