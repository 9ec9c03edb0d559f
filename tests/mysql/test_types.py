"""One table of every promise about column types: read exactly, shown, filtered, edited and put back to the bit, or read-only with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

import fields
from fields.bound import locked_words
from models.wiring.nouns import Entity, Field
from tests.harness import databases, forms
from tests.mysql import crawl, samples, stored
from tests.mysql.test_changes import FOLLOWS, OVERRULED, take_back, typed_into

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
LONGEST = 300
"""Characters of a value that still fit into an address."""
TYPES = {
    "integers of every size": ["numbers.tiny", "numbers.utiny", "numbers.small", "more_numbers.usmall", "numbers.medium", "more_numbers.smedium", "numbers.whole", "more_numbers.uwhole", "numbers.big"],
    "bigint unsigned": ["numbers.ubig", "big_keys.name"],
    "zerofill": ["numbers.padded", "more_numbers.tiny_padded", "more_numbers.small_padded", "more_numbers.big_padded", "more_numbers.exact_padded", "more_numbers.double_padded"],
    "decimals up to (65,30)": ["numbers.exact", "numbers.price", "numbers.rate", "numbers.whole_exact", "numbers.tiny_exact", "more_numbers.ubig_exact"],
    "float and double, bit for bit": ["numbers.single", "numbers.single_cut", "numbers.ufloat", "numbers.twofold", "numbers.twofold_cut"],
    "bits": ["numbers.one_bit", "more_numbers.two_bits", "numbers.nine_bits", "more_numbers.thirty_three", "more_numbers.sixty_three", "numbers.all_bits"],
    "booleans": ["numbers.yesno", "numbers.odd_flag", "more_numbers.plain_flag"],
    "char and its padding": ["texts.fixed", "texts.fixed_null", "texts.letter"],
    "texts of every size": ["texts.free", "texts.free_null", "texts.long_line", "texts.tiny", "texts.note", "texts.medium", "texts.huge"],
    "character sets": ["texts.western", "texts.gbk", "texts.gb18030", "texts.three", "texts.wide", "texts.exact", "texts.nopad", "texts.german", "texts.ascii_only"],
    "utf-8 in latin1": ["misencoded.town", "misencoded.note", "misencoded.fixed"],
    "blobs of every size": ["bits and bytes.tiny", "bits and bytes.some blob", "bits and bytes.big blob"],
    "binary": ["bits and bytes.four", "bits and bytes.sixteen", "bits and bytes.some", "bits and bytes.many", "bits and bytes.row_uuid", "bits and bytes.ip_bytes"],
    "enum with empty and illegal values": ["choices.size", "choices.blank_ok", "choices.size_null", "choices.must"],
    "set with empty and illegal values": ["choices.traits", "choices.traits_null"],
    "days, zero, partial and impossible": ["moments.day", "moments.day_null", "more_moments.day", "moments.born", "moments.yymmdd"],
    "datetimes, zero, partial and impossible": ["moments.at", "moments.at_null", "moments.at_milli", "moments.at_micro", "more_moments.at", "more_moments.at_micro"],
    "timestamps": ["moments.stamp", "moments.stamp_micro", "more_moments.stamp", "more_moments.stamp_milli", "moments.epoch_time"],
    "times beyond a day and below zero": ["moments.span", "moments.span_micro", "moments.span_null", "more_moments.span", "more_moments.span_micro"],
    "years, 0000 among them": ["numbers.the_year", "more_moments.the_year"],
    "json": ["texts.doc", "texts.doc_must"],
    "generated columns": ["filled_by_the_server.tax", "filled_by_the_server.gross"],
    "invisible columns": ["filled_by_the_server.unseen", "filled_by_the_server.unseen_must"],
    "shapes": ["shapes.place", "shapes.anything", "shapes.area", "shapes.way", "shapes.several", "more_shapes.ways", "more_shapes.areas", "more_shapes.all_kinds"],
    "uuid": ["bits and bytes.who", "bits and bytes.who_null"],
    "inet4 and inet6": ["bits and bytes.v4", "bits and bytes.v6", "bits and bytes.ip_number"],
}  # fmt: skip
LOCKED = {
    "blobs of every size": {"bits and bytes.some blob": "blob", "bits and bytes.big blob": "blob"},
    "binary": {"bits and bytes.many": "blob"},
    "generated columns": dict.fromkeys(TYPES["generated columns"], "generated"),
    "shapes": dict.fromkeys(TYPES["shapes"], "spatial"),
}
"""What is seen and not edited, with the reason."""
PLACES = [(promise, place) for promise, places in TYPES.items() for place in places]


@dataclass(frozen=True)
class Place:
    """One column on its pages."""

    walked: crawl.Crawl
    url: str
    entity: Entity
    field: Field
    charset: str

    def form(self, token: str) -> forms.Form:
        return forms.main_form(self.walked.get(f"/data/{self.entity.name}/edit/{token}"))

    def expect(self, fine: object, what: str) -> None:
        self.walked.expect(fine, f"{self.entity.table_name}.{self.field.name} {what}")


@pytest.fixture(scope="module")
def walked(nasty_app: Flask) -> crawl.Crawl:
    """With the invisible columns ticked in the wizard, too: nothing is left out for good."""
    found = crawl.Crawl.of(nasty_app)
    path = "/wiring/table?table=filled_by_the_server"
    page = found.get(path)
    sent = forms.main_form(page).sent
    for name in ("unseen", "unseen_must"):
        (tick,) = re.findall(rf'name="(use-\d+)"\s+aria-label="Use {name}"', page)
        sent[tick] = "on"
    assert found.client.post(path, data=sent).status_code == 302
    assert found.client.post("/wiring/publish", data={"csrf_token": sent["csrf_token"]}).status_code == 302
    return crawl.Crawl.of(nasty_app)


@pytest.fixture(scope="module")
def charsets(nasty_schema: str) -> dict[tuple[str, str], str]:
    return samples.charsets(nasty_schema)


@pytest.fixture
def place(
    request: pytest.FixtureRequest,
    walked: crawl.Crawl,
    nasty_schema: str,
    charsets: dict[tuple[str, str], str],
) -> Iterator[Place]:
    """The column that a case names; whatever was not as it should be on its pages fails the case."""
    table, name = request.param.split(".")
    entity = next(one for one in walked.entities if one.table_name == table)
    walked.problems.clear()
    yield Place(walked, nasty_schema, entity, entity.fields[name], charsets[table, name])
    assert not walked.problems, "\n".join(walked.problems)


@pytest.mark.parametrize(
    ("promise", "place"), PLACES, indirect=["place"], ids=[f"{p}: {c}" for p, c in PLACES]
)
def test_a_column_is_shown_filtered_and_edited_or_says_why_not(promise: str, place: Place) -> None:
    reason = LOCKED.get(promise, {}).get(f"{place.entity.table_name}.{place.field.name}", "")
    records = crawl.every_record(place.walked, place.entity)
    assert records
    for token in records:
        form, page = place.form(token), place.walked.get(f"/data/{place.entity.name}/show/{token}")
        place.expect(page, f"of {token} is not shown")
        if reason:
            says_why_not(place, token, reason)
        else:
            finds(place, token, form)
            is_edited_and_put_back(place, token, form)


def says_why_not(place: Place, token: str, reason: str) -> None:
    page = place.walked.get(f"/data/{place.entity.name}/edit/{token}")
    with place.walked.app.test_request_context():
        words = locked_words(reason)
    place.expect(words and words in page, f"of {token} does not say why it is read-only: {words}")
    place.expect(place.form(token).control(f"f.{place.field.name}") is None, "can be edited all the same")


def finds(place: Place, token: str, form: forms.Form) -> None:
    """A filter for what stands in the form, and for nothing where nothing does."""
    text = value_in(form, place.field)
    if "eq" not in fields.type_of(place.field).operators or len(text) > LONGEST:
        return
    is_null = stored_is_null(place, token)
    if (text == "" and not is_null) or "\n" in text:
        return
    condition = (
        {"field": place.field.name, "op": "is_null"}
        if is_null
        else {"field": place.field.name, "op": "eq", "value": text}
    )
    found = crawl.tokens(place.walked.list(place.entity, filter=condition, size="200"), place.entity)
    place.expect(token in found, f"of {token}: {condition} finds {found}")


def value_in(form: forms.Form, field: Field) -> str:
    """What stands in the field's control, as a person would type it into a filter."""
    found = form.sent.getlist(f"f.{field.name}")
    return (
        ",".join(one for one in found if one).replace("\r\n", "\n")
        if field.kind == "set"
        else (found[-1] if found else "").replace("\r\n", "\n")
    )


def stored_is_null(place: Place, token: str) -> bool:
    key = place.entity.key[0]
    if not token.lstrip("-").isdigit():
        return False
    table, name = stored.quoted(place.entity.table_name), stored.quoted(place.field.name)
    rows = databases.execute(
        place.url, f"SELECT {name} IS NULL FROM {table} WHERE {stored.quoted(key)} = {token}"
    )
    return bool(rows and rows[0][0])


def is_edited_and_put_back(place: Place, token: str, form: forms.Form) -> None:
    """Another value arrives, and taking it back brings the old one back to the bit, however odd."""
    typed = typed_into(place.walked, place.entity, place.field, form, place.charset)
    table = place.entity.table_name
    if (
        typed is None
        or (table, place.field.name) in OVERRULED
        or value_in(form, place.field) == typed[0].getlist(f"f.{place.field.name}")[-1]
    ):
        return
    before = stored.rows(place.url, table)
    answer = place.walked.client.post(f"/data/{place.entity.name}/edit/{token}", data=typed[0])
    after = stored.rows(place.url, table)
    if answer.status_code != 302 or after == before:
        place.expect(False, f"of {token}: {answer.status_code} {crawl.sentence(answer.text)}")
        return
    shown = databases.execute(
        place.url, f"SELECT {samples.expression(place.field)} FROM {stored.quoted(table)}"
    )
    place.expect(typed[1] in {str(value) for (value,) in shown}, f"of {token}: {typed[1]!r} did not arrive")
    take_back(place.walked, place.url, place.entity, form)
    if table not in FOLLOWS:
        place.expect(stored.rows(place.url, table) == before, f"of {token} is not what it was")


def test_bits_of_every_width(mariadb_url: str, mariadb_database: str) -> None:
    """BIT(1) to BIT(64): all ones, the highest one alone, and none."""
    from sqlalchemy import Column, MetaData, Table, create_engine, insert, select, update

    from models.legacy.types import exact_type

    here = databases.url_of(mariadb_url, mariadb_database)
    widths = range(1, 65)
    databases.execute(
        here, f"CREATE TABLE widths (id int PRIMARY KEY, {', '.join(f'b{n} bit({n})' for n in widths)})"
    )
    table = Table(
        "widths",
        MetaData(),
        Column("id", exact_type("int")),
        *(Column(f"b{n}", exact_type(f"bit({n})")) for n in widths),
    )
    rows = [
        {"id": number, **{f"b{n}": value(n) for n in widths}}
        for number, value in enumerate((lambda n: 2**n - 1, lambda n: 2 ** (n - 1), lambda n: 0))
    ]
    engine = create_engine(here)
    with engine.begin() as connection:
        connection.execute(insert(table), rows)
        assert [
            dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()
        ] == rows
        connection.execute(update(table).where(table.c.b64 == 2**64 - 1).values({f"b{n}": 1 for n in widths}))
        assert connection.exec_driver_sql("SELECT b1 + b33 + b64 FROM widths WHERE id = 0").scalar() == 3
    engine.dispose()
