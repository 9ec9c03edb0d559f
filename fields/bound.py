"""One field bound to a form: its stored value, the text that stands in the control, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import wtforms
from markupsafe import Markup, escape
from wtforms.form import BaseForm

from app.errors import Invalid
from fields import moments, sentences
from fields.base import Input
from fields.faces import face_of
from fields.texts import text as _
from models.policy import Masked
from models.wiring.nouns import Field

PREFIX = "f."
"""Names in HTML are f.<column>, so that no column clashes with a name that the page itself uses."""
UNCARRIED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters that no browser carries unchanged through a form."""
HTML_TYPES = {"date": "date", "datetime": "datetime-local", "color": "color"}
READ_ONLY = Input("readonly", {})
ONE_LINE = {"text", "number", "date", "datetime", "time", "color", "rating", "relation"}


class KindField(wtforms.Field):
    """A WTForms field whose kind reads and writes its text; `data` is the stored value, `text` what was typed."""

    def __init__(
        self,
        *,
        field: Field,
        name: str,
        _form: BaseForm,
        _prefix: str = "",
        number: int = 0,
        url: str = "",
        label_of: Callable[[Field, Any], str] | None = None,
        is_new: bool = False,
        spoken: str = "",
    ) -> None:
        # WTForms' own start is left out: what it makes for its widgets and validators takes longer than all the rest.
        self._form, self.meta, self.short_name, self.name = _form, _form.meta, name, _prefix + name
        self.id = f"f-{number}"
        self.field, self.required = field, field.required
        self.face = face_of(field, spoken)
        self.kind, self.words, self.help = self.face.kind, self.face.words, self.face.help
        self.lookup_url = url
        self.is_new = is_new
        """Nothing is stored yet."""
        self.text = self.shown_data = ""
        """What stands in the control, and what stood there for the stored value."""
        self.locked = ""
        """Why the field cannot be edited, as a code; "" = it can."""
        self.input = READ_ONLY
        self.was_posted = False
        self.error = ""
        self._label_of = label_of

    @property
    def column(self) -> str:
        """The column's name."""
        return self.field.name

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the stored value and, where the field was sent, the text from the form."""
        self.data = data
        self.text = self.shown_data = self.shown_text(data)
        self.locked = self._lock()
        own = READ_ONLY if self.locked else self._own_input()
        self.input = self._control(own)
        if formdata is not None and self.name in formdata and not self.locked:
            self.was_posted = True
            self.text = _joined(formdata.getlist(self.name), self.input.widget)
            self.input = self._control(own)

    def shown_text(self, value: Any) -> str:
        """A stored value as the form shows it; a masked one is already text."""
        return str(value) if isinstance(value, Masked) else self.kind.text(self.field, value)

    def _lock(self) -> str:
        if isinstance(self.data, Masked):
            return "masked"
        if UNCARRIED.search(self.shown_data):
            return "characters"
        return self.field.read_only or self.kind.locked(self.field)

    @property
    def locked_reason(self) -> str:
        """The same in words; "" = it can be edited."""
        return locked_words(self.locked) if self.locked else ""

    def _own_input(self) -> Input:
        own = self.face.input
        if self.lookup_url and own.widget in {"text", "number"}:
            return Input("relation", {})
        if own.widget == "relation" and not self.lookup_url:
            return Input("text", own.attributes)
        return own

    def _control(self, own: Input) -> Input:
        """The kind's own control, unless the value at hand would not survive in it."""
        if own.widget == "checkbox" and not self._can_check(own):
            return Input("select", {}, (("", "–"), *own.choices) if self.is_new else own.choices)
        if own.widget in ONE_LINE and "\n" in _newlines(self.text):
            return Input("textarea", {"rows": 3, **_text_only(own.attributes)})
        return own if self._survives(own) else Input("text", _text_only(own.attributes))

    def _can_check(self, own: Input) -> bool:
        """A checkbox says yes or no only: it fits when one of them is stored, or has to be chosen on a new record."""
        if self.is_new and not self.text:
            return self.required
        return self.shown_data in {text for text, _label in own.choices}

    def _survives(self, own: Input) -> bool:
        """Whether the browser would show and send back unchanged what stands in this control."""
        texts = {self.text, self.shown_data}
        pattern = own.attributes.get("pattern", "")
        kept = not pattern or all(re.fullmatch(pattern, text) for text in texts if text)
        if own.widget == "multiselect" and not all(map(_is_plain_list, texts)):
            return False
        return kept and all(self.kind.fits(self.field, text) for text in texts)

    @property
    def value(self) -> str:
        """What a browser sends when nobody touches the control; also its value attribute, for inputs that have one."""
        widget = self.input.widget
        if widget == "datetime":
            return moments.for_browser(self.text)
        if widget == "color":
            return self.text.lower()
        if widget == "checkbox":
            return f"{self.unchecked},{self.text}" if self.is_checked else self.unchecked
        return f",{self.text}" if widget == "multiselect" and self.text else self.text

    @property
    def is_checked(self) -> bool:
        """Whether a checkbox stands at yes."""
        return self.text == self.input.choices[0][0]

    @property
    def unchecked(self) -> str:
        """The text that a hidden input sends before an unchecked checkbox."""
        return self.input.choices[1][0]

    @property
    def values(self) -> list[str]:
        """The chosen options of a multiselect."""
        return [part for part in self.text.split(",") if part]

    @property
    def options(self) -> list[tuple[str, str]]:
        """(text, label) of a select, with one more where the present value is none of them.

        Those of a multiselect begin with the chosen ones in their order, which is the order in which they are sent.
        """
        known = dict(self.input.choices)
        if self.input.widget != "multiselect":
            more = [] if self.text in known else [(self.text, self.label_for(self.text))]
            return [*known.items(), *more]
        chosen = {text: known.get(text, text) for text in self.values}
        return list((chosen | known).items())

    def label_for(self, text: str) -> str:
        """What stands for a value that is not among the options."""
        if text == "":
            return "–"
        try:
            value = self.data if text == self.shown_data else self.kind.parse(self.field, text)
        except Invalid:
            return text
        return (self._label_of(self.field, value) if self._label_of else "") or text

    @property
    def css(self) -> str:
        """Class names that the kind adds to its control."""
        return str(self.input.attributes.get("class") or "")

    @property
    def html_type(self) -> str:
        """The type attribute of a plain input."""
        return HTML_TYPES.get(self.input.widget, "text")

    @property
    def is_wide(self) -> bool:
        """Whether the control takes a whole line of the form."""
        return self.face.input.widget == "textarea"

    @property
    def shown(self) -> Markup:
        """The stored value for reading."""
        return escape(self.data) if isinstance(self.data, Masked) else self.kind.show(self.field, self.data)

    @property
    def described_by(self) -> str:
        """Ids of the help and the error text, for aria-describedby."""
        wanted = (("-help", self.help), ("-error", self.error))
        return " ".join(self.id + ending for ending, words in wanted if words)

    @property
    def attributes(self) -> dict[str, Any]:
        """All further HTML attributes: the kind's own, and the sentences for the browser's checks."""
        given = {name: value for name, value in self.input.attributes.items() if value is not None}
        said = dict(self.face.messages)
        if self.must_fill:
            given["required"], said["required"] = "", sentences.required()
        given.pop("class", None)
        return given | {f"data-msg-{check}": sentence for check, sentence in said.items()}

    @property
    def must_fill(self) -> bool:
        """Whether the browser may insist: not where an old record is empty, for then nothing could be saved."""
        return self.required and self.input.widget != "checkbox" and (self.is_new or self.shown_data != "")

    def is_touched(self, before: Any) -> bool:
        """Whether the posted text differs from that of the stored value `before`."""
        if not self.was_posted or self.locked:
            return False
        first = self.shown_data if before is self.data else self.shown_text(before)
        posted, shown = (self._comparable(text) for text in (self.text, first))
        return posted != shown

    def _comparable(self, text: str) -> str:
        return _newlines(self.kind.tidy(self.field, text))

    def parse(self, before: Any) -> Any:
        """The stored value of the text, with the newlines that the value had before; raises Invalid."""
        text = _newlines(self.text)
        if isinstance(before, str) and "\r\n" in before and "\n" not in before.replace("\r\n", ""):
            text = text.replace("\n", "\r\n")
        if text == "" and self.required:
            raise Invalid(sentences.required())
        return self.kind.parse(self.field, text)

    def check_required(self, *, adding: bool) -> None:
        """A needed field that was left empty on a new record has an error, even when it was not sent."""
        if adding and self.required and not self.locked and self.text == "":
            self.error = sentences.required()


def same(value: Any, before: Any) -> bool:
    """Equal, and not merely alike: 1 is not True, "" is not NULL."""
    return value is before or (type(value) is type(before) and bool(value == before))


def locked_words(code: str) -> str:
    """Why something is read-only, in words."""
    known = {
        "generated": _("The database works this out itself."),
        "key": _("This identifies the record and stays as it is."),
        "blob": _("Files can be downloaded here, and changed in the old system."),
        "spatial": _("Places can be seen here, and changed in the old system."),
        "type": _("Columns of this type can be seen here, and changed in the old system."),
        "masked": _("You may see a part of this only, so it cannot be changed here."),
        "characters": _(
            "This holds control characters that a browser would lose, so it cannot be changed here."
        ),
        "right": _("Your role may see this but not change it."),
    }
    return known.get(code, _("This field cannot be changed here."))


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_plain_list(text: str) -> bool:
    """Whether a choice of several would send back this very text: no part is blank or there twice."""
    parts = text.split(",") if text else []
    return all(parts) and len(parts) == len(set(parts))


def _joined(sent: list[str], widget: str) -> str:
    """The text of a field: of a checkbox the last (a hidden one before it says no), of a multiselect all."""
    if widget == "multiselect":
        return ",".join(part for part in sent if part)
    return sent[-1] if sent else ""


def _text_only(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: attributes[name] for name in ("maxlength", "inputmode") if name in attributes}
