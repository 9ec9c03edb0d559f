"""HTML forms as a browser sends them: what it shows, what it would hold back, and the exact texts of a submission."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict

DATE = re.compile(r"\d{4,}-\d\d-\d\d")
MOMENT = re.compile(r"(\d{4,}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?")
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
UNSENT = {"button", "submit", "reset", "image", "file"}


@dataclass
class Control:
    """One input, select or textarea; `values` is what stands in it (a select and a checkbox may have none)."""

    name: str
    tag: str
    attributes: dict[str, str]
    values: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    """(value, label) of a select."""

    @property
    def type(self) -> str:
        """The input's type, or the tag."""
        return self.attributes.get("type", "text") if self.tag == "input" else self.tag

    @property
    def held_back(self) -> str:
        """Why a browser would not send the form; "" = it would."""
        value = self.values[0] if self.values else ""
        if "required" in self.attributes and not value:
            return "required"
        pattern = self.attributes.get("pattern", "")
        if pattern and value and not re.fullmatch(pattern, value):
            return "pattern"
        if value and self.type in {"date", "datetime-local"} and not self._is_within(value):
            return "range"
        return ""

    def _is_within(self, value: str) -> bool:
        low, high = self.attributes.get("min", ""), self.attributes.get("max", "")
        return (not low or value >= low) and (not high or value[: len(high)] <= high)


@dataclass
class Form:
    """A form of a page."""

    attributes: dict[str, str]
    controls: list[Control] = field(default_factory=list)

    @property
    def sent(self) -> MultiDict[str, str]:
        """Names and values in the order of the page, newlines as browsers send them."""
        return MultiDict(
            (one.name, re.sub("\r\n|\r|\n", "\r\n", value))
            for one in self.controls
            if one.name and one.type not in UNSENT
            for value in one.values
        )

    @property
    def held_back(self) -> dict[str, str]:
        """The controls that a browser would complain about, with the reason."""
        return {one.name: one.held_back for one in self.controls if one.held_back}

    def control(self, name: str) -> Control | None:
        """The last control of that name that a person can see."""
        found = [one for one in self.controls if one.name == name and one.type != "hidden"]
        return found[-1] if found else None


class _Reader(HTMLParser):
    def __init__(self, *, scripting: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.scripting = scripting
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.elsewhere: list[tuple[str, Control]] = []
        self.open: Form | None = None
        self.select: Control | None = None
        self.option: dict[str, str] | None = None
        self.text: list[str] | None = None
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"noscript", "template"} and (self.scripting or tag == "template"):
            self.skipping += 1
        if self.skipping:
            return
        if tag == "form":
            self.open = Form(given)
            self.forms.append(self.open)
            self.by_id[given.get("id", "")] = self.open
        elif tag == "input":
            self._add(Control(given.get("name", ""), tag, given, _input_values(given)))
        elif tag == "select":
            self.select = Control(given.get("name", ""), tag, given)
            self._add(self.select)
        elif tag in {"option", "textarea"}:
            self._begin_text(tag, given)

    def _begin_text(self, tag: str, given: dict[str, str]) -> None:
        self.text = []
        self.option = given if tag == "option" else None
        if tag == "textarea":
            self._add(Control(given.get("name", ""), tag, given))

    def _add(self, control: Control) -> None:
        if "disabled" in control.attributes:
            return
        if control.attributes.get("form"):
            self.elsewhere.append((control.attributes["form"], control))
        elif self.open is not None:
            self.open.controls.append(control)

    def handle_data(self, data: str) -> None:
        if self.text is not None and not self.skipping:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"noscript", "template"} and self.skipping:
            self.skipping -= 1
        if self.skipping:
            return
        if tag == "form":
            self.open = None
        elif tag == "option" and self.select is not None and self.option is not None:
            self._end_option(self.select, self.option)
        elif tag == "textarea" and self.open is not None and self.text is not None:
            self.open.controls[-1].values = ["".join(self.text).removeprefix("\n")]
            self.text = None
        elif tag == "select" and self.select is not None:
            _settle(self.select)
            self.select = None

    def _end_option(self, select: Control, given: dict[str, str]) -> None:
        label = " ".join("".join(self.text or []).split())
        value = given.get("value", label)
        select.options.append((value, label))
        if "selected" in given:
            select.values.append(value)
        self.text = self.option = None


def _settle(select: Control) -> None:
    """A list with one choice shows its first option when none is selected, and its last one of several."""
    if "multiple" in select.attributes:
        return
    select.values = select.values[-1:] or [value for value, _label in select.options[:1]]


def _input_values(given: dict[str, str]) -> list[str]:
    kind, value = given.get("type", "text"), given.get("value", "")
    if kind in {"checkbox", "radio"}:
        return [given.get("value", "on")] if "checked" in given else []
    return [value] if kind == "hidden" else [_shown(kind, value)]


def _shown(kind: str, value: str) -> str:
    """What a browser makes of an input's value attribute."""
    value = re.sub("[\r\n]", "", value)
    if kind == "date":
        return value if DATE.fullmatch(value) else ""
    if kind == "datetime-local":
        found = MOMENT.fullmatch(value)
        return f"{found[1]}T{found[2]}{_seconds(found[3] or '')}" if found else ""
    if kind == "color":
        return value.lower() if COLOR.fullmatch(value) else "#000000"
    return value


def _seconds(text: str) -> str:
    """The shortest spelling, as the specification wants it."""
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "" if short in {":00", ":0", ":"} else short


def forms_of(page: str, *, scripting: bool = True) -> list[Form]:
    """All forms of a page; without scripting the controls for old browsers count too."""
    reader = _Reader(scripting=scripting)
    reader.feed(page.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd"))
    reader.close()
    for owner, control in reader.elsewhere:
        reader.by_id[owner].controls.append(control)
    return reader.forms


def main_form(page: str, *, scripting: bool = True) -> Form:
    """The form that the page is about; LookupError when there is none."""
    for form in forms_of(page, scripting=scripting):
        if "data-main-form" in form.attributes:
            return form
    raise LookupError("The page has no form of its own.")


class _Nesting(HTMLParser):
    """Notes what a browser would take apart: links in links, forms in forms, an id that is given twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open = {"a": 0, "form": 0, "button": 0}
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("id")
        if name and name in self.ids:
            self.found.append(f"the id {name} twice")
        self.ids.add(name or "")
        if tag in self.open:
            self.open[tag] += 1
            if self.open[tag] > 1:
                self.found.append(f"<{tag}> in <{tag}> ({given.get('href') or given.get('action') or ''})")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            self.open[tag] -= 1


def misnested(page: str) -> list[str]:
    """What of a page would look or work otherwise than it is written; [] = nothing."""
    reader = _Nesting()
    reader.feed(page)
    reader.close()
    return list(dict.fromkeys(reader.found))
