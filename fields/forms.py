"""Forms over fields. A form carries text: what was not touched is never rewritten, whatever odd value it holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from app.errors import Invalid
from app.i18n import language
from fields import type_of
from fields.bound import PREFIX, KindField, same
from fields.texts import text as _
from models.wiring.nouns import Field

Groups = list[tuple[str, list[KindField]]]


class _Meta(DefaultMeta):
    """The sentences are ours, so that WTForms need not look for its own in the reader's language."""

    locales = False


META = _Meta()


class RecordForm(BaseForm):
    """The bound fields of one record; built on WTForms' base, whose fields are items and never attributes."""

    def __init__(self, *, adding: bool) -> None:
        super().__init__((), prefix=PREFIX, meta=META)
        self.adding, self.spoken = adding, language()

    def bind(self, field: Field, url: str, label_of: Callable[[Field, Any], str] | None) -> KindField:
        """Add a field behind the others; `url` and `label_of` as `record_form` has them."""
        one = self._fields[field.name] = KindField(
            field=field,
            name=field.name,
            _form=self,
            _prefix=PREFIX,
            number=len(self._fields),
            url=url,
            label_of=label_of,
            is_new=self.adding,
            spoken=self.spoken,
        )
        return one

    @property
    def fields(self) -> list[KindField]:
        """All bound fields in the order given."""
        return list(self._fields.values())

    @property
    def groups(self) -> Groups:
        """(heading, bound fields): first the plain group without a heading, last what is more and what the system keeps."""
        found: dict[str, list[KindField]] = {
            name: [] for name in in_order(one.field.group for one in self.fields)
        }
        for one in self.fields:
            found[one.field.group].append(one)
        return [(group_label(name), members) for name, members in found.items()]

    @property
    def errors(self) -> dict[str, str]:
        """A sentence for each column that is wrong."""
        return {name: one.error for name, one in self._fields.items() if one.error}

    def add_errors(self, sentences: Mapping[str, str]) -> None:
        """Put sentences found elsewhere (the guard, the database) beside their fields."""
        for name, sentence in sentences.items():
            if name in self._fields:
                self._fields[name].error = sentence

    def changes(self, stored: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Stored values of what was changed in the form, by column, compared with the row as it was shown.

        `stored` is that row (default: the values that the form was made with). Fields with an error are left out.
        """
        found: dict[str, Any] = {}
        for name, one in self._fields.items():
            before = stored.get(name) if stored is not None else one.data
            if not one.is_touched(before):
                continue
            try:
                value = one.parse(before)
            except Invalid as error:
                one.error = str(error)
                continue
            if self.adding or not same(value, before):
                found[name] = value
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything that was changed can be kept; `errors` has a sentence for what cannot."""
        self.changes()
        for one in self.fields:
            one.check_required(adding=self.adding)
        return not self.errors

    def check(self) -> None:
        """Raise Invalid with a sentence for each wrong field."""
        if not self.validate():
            raise Invalid(
                _("Some fields need another look. Correct them, then save again."), fields=self.errors
            )


def record_form(
    fields: Iterable[Field],
    values: Mapping[str, Any],
    posted: Any = None,
    *,
    adding: bool = False,
    lookup_url: Callable[[Field], str] | None = None,
    label_of: Callable[[Field, Any], str] | None = None,
    related: Collection[str] = (),
) -> RecordForm:
    """A form over `fields` showing stored `values`; `posted` is request.form, or None when nothing was sent.

    adding: nothing is stored yet, so every text that was typed counts. `related` names the columns that lead to another
    record (as kind "relation" does by itself), `lookup_url` is where such a record is searched, `label_of` its title.
    """
    form = RecordForm(adding=adding)
    for field in fields:
        leads = lookup_url is not None and (field.kind == "relation" or field.name in related)
        one = form.bind(field, lookup_url(field) if lookup_url and leads else "", label_of)
        one.process(posted, values.get(field.name))
    return form


def unfillable(fields: Iterable[Field]) -> list[Field]:
    """Fields that a new record must have and that no form can hold, such as a place on a map; large binaries start empty."""
    return [one for one in fields if one.required and type_of(one).locked(one) and not type_of(one).is_heavy]


def in_order(groups: Iterable[str]) -> list[str]:
    """Each group once: first the plain one, last what is more and what the system keeps."""
    ranks = {"": 0, "more": 2, "system": 3}
    return sorted(dict.fromkeys(groups), key=lambda name: ranks.get(name, 1))


def group_label(name: str) -> str:
    """The heading of a group of fields; the first group has none."""
    known = {"": "", "more": _("More"), "system": _("System")}
    return known.get(name, name)
