"""The fields of forms, drawn in Python: plain HTML that works without a script. All that is not Markup is escaped.

A form has dozens of fields, and a template would ask for each part of each one; what no value changes is kept with the
face of the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from app.theme.icons import icon
from fields.bound import KindField

ODD_NAME = re.compile(r"[\s/>=]")
MUST = '<span class="must" aria-hidden="true">*</span>'


def field_input(bound: KindField) -> Markup:
    """A field of a form: label, control, help and error; ids tie them together."""
    widget = bound.input.widget
    if widget == "readonly":
        return Markup(_static(bound))  # noqa: S704 every part is escaped where it is put in
    if widget == "checkbox":
        return Markup(_row(bound, "", _checkbox(bound)))  # noqa: S704 the same
    must = MUST if bound.required else ""
    label = f'<label class="form-label" for="{bound.id}">{_safe(bound.words)}{must}</label>\n'
    return Markup(_row(bound, label, CONTROLS.get(widget, _input)(bound)))  # noqa: S704 the same


def field_inputs(fields: Iterable[KindField]) -> Markup:
    """All of them in one go: a template takes as long to ask as a field takes to be drawn."""
    return Markup("").join(map(field_input, fields))


def _row(bound: KindField, label: str, control: str) -> str:
    names = "field field-wide" if label and bound.is_wide else "field"
    names = f"{names} has-error" if bound.error else names
    under = _hint(bound.id, bound.help) + (_error(bound) if bound.error else "")
    return f'<div class="{names}" data-field="{bound.id}">\n{label}{control}{under}\n</div>\n'


def _static(bound: KindField) -> str:
    """A value that cannot be edited, and why."""
    wide = " field-wide" if bound.is_wide else ""
    return (
        f'<div class="field{wide}" data-field="{bound.id}">\n<span class="form-label">{_safe(bound.words)}</span>\n'
        f'<div class="field-static" id="{bound.id}">{_safe(bound.shown) or "–"}</div>'
        f"{_hint(bound.id, bound.locked_reason)}\n</div>\n"
    )


def _hint(number: str, words: str) -> str:
    return f'\n<small class="form-hint" id="{number}-help">{_safe(words)}</small>' if words else ""


def _error(bound: KindField) -> str:
    words = f"{icon('alert-circle')}<span>{_safe(bound.error)}</span>"
    return f'\n<p class="field-error" id="{bound.id}-error">{words}</p>'


def _common(bound: KindField, names: str) -> str:
    """The attributes that every control has."""
    css = f" {_safe(bound.css)}" if bound.css else ""
    wrong = " is-invalid" if bound.error else ""
    described = bound.described_by
    ends = f' aria-describedby="{described}"' if described else ""
    ends += ' aria-invalid="true"' if bound.error else ""
    return f'id="{bound.id}" name="{_safe(bound.name)}" class="{names}{css}{wrong}"{_further(bound)}{ends}'


def _further(bound: KindField) -> str:
    """The kind's own attributes and the browser's sentences; kept where they are those of the face."""
    if bound.input is not bound.face.input:
        return _written(bound.attributes)
    key = ("attributes", bound.must_fill)
    held: str | None = bound.face.drawn.get(key)
    if held is None:
        held = bound.face.drawn[key] = _written(bound.attributes)
    return held


def _written(attributes: Mapping[str, Any]) -> str:
    if any(map(ODD_NAME.search, attributes)):
        raise ValueError("The name of an attribute has a character that ends it.")
    return "".join(f' {escape(name)}="{escape(value)}"' for name, value in attributes.items())


def _input(bound: KindField) -> str:
    kind = bound.html_type
    names = "form-control form-control-color" if kind == "color" else "form-control"
    return f'<input type="{kind}" {_common(bound, names)} value="{_safe(bound.value)}">'


def _textarea(bound: KindField) -> str:
    """The newline behind the tag is the one that browsers leave out."""
    return f"<textarea {_common(bound, 'form-control')}>\n{_safe(bound.text)}</textarea>"


def _select(bound: KindField) -> str:
    options = "".join(_option(text, label, text == bound.text) for text, label in bound.options)
    return f"<select {_common(bound, 'form-select')}>{options}</select>"


def _multiselect(bound: KindField) -> str:
    """The empty hidden input says that the choice was asked for when nothing is chosen."""
    chosen = bound.values
    options = "".join(_option(text, label, text in chosen) for text, label in bound.options if text)
    hidden = f'<input type="hidden" name="{_safe(bound.name)}" value="">'
    return f"{hidden}\n<select multiple data-picker {_common(bound, 'form-select')}>{options}</select>"


def _relation(bound: KindField) -> str:
    """Only the present record stands here; others come by search. Without a script its key is typed, and the last one sent counts."""
    present, name = _safe(bound.text), _safe(bound.name)
    options = "" if bound.required and bound.text else '<option value=""></option>'
    options += _option(bound.text, bound.label_for(bound.text), True) if bound.text else ""
    plain = f'<input class="form-control" name="{name}" value="{present}" aria-label="{_safe(bound.words)}">'
    return (
        f'<select data-lookup="{_safe(bound.lookup_url)}" {_common(bound, "form-select")}>{options}</select>\n'
        f"<noscript>{plain}</noscript>"
    )


def _checkbox(bound: KindField) -> str:
    """The hidden input says no; the box, sent after it, says yes."""
    checked = " checked" if bound.is_checked else ""
    return (
        f'<input type="hidden" name="{_safe(bound.name)}" value="{_safe(bound.unchecked)}">\n<div class="field-check">\n'
        f'<input type="checkbox" {_common(bound, "form-check-input")} value="{_safe(bound.input.choices[0][0])}"{checked}>\n'
        f'<label class="form-check-label" for="{bound.id}">{_safe(bound.words)}</label>\n</div>'
    )


def _option(text: str, label: str, selected: bool) -> str:
    chosen = " selected" if selected else ""
    return f'<option value="{_safe(text)}"{chosen}>{_safe(label)}</option>'


def _safe(text: str) -> str:
    """Escaped; letters and digits alone, which most texts are, need not be looked through."""
    return text if text.isalnum() or isinstance(text, Markup) else str(escape(text))


CONTROLS: dict[str, Callable[[KindField], str]] = {
    "textarea": _textarea,
    "multiselect": _multiselect,
    "relation": _relation,
    "select": _select,
    "rating": _select,
}
"""By widget; what is not named is a plain input."""
