"""Writing the search index: rows that are new or differ get a document of their own, whose n-grams are never changed.

A row that changed gets another document; the old one's n-grams lead nowhere from then on, and are swept out in time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, insert, select, tuple_

from models.inside.grams import grams
from models.inside.spaces import Space
from models.inside.tables import document_table, gram_table
from models.wiring.nouns import Field

CHUNK = 500
"""Values of one IN: MariaDB takes from 1,000 on another, slower way."""
LONGEST_TOKEN = 255
AT_ONCE = 5000


@dataclass(frozen=True)
class Written:
    """What a batch did: the next free number, and documents that lead nowhere now."""

    next_document: int
    garbage: int


def put(connection: Connection, space: Space, field: Field, rows: Mapping[str, str | None]) -> Written:
    """Bring the documents of these records (token → text) up to date; None and "" have none."""
    known = _known(connection, space, list(rows))
    texts = {token: text for token, text in rows.items() if text}
    digests = {token: digest(text) for token, text in texts.items()}
    same = {token for token, (_number, held) in known.items() if digests.get(token) == held}
    gone = [number for token, (number, _held) in known.items() if token not in same]
    forget(connection, space, gone)
    fresh = [token for token in texts if token not in same]
    _insert(connection, space, field, {token: (texts[token], digests[token]) for token in fresh})
    return Written(space.next_document + len(fresh), len(gone))


def forget(connection: Connection, space: Space, numbers: Sequence[int]) -> None:
    """Drop documents; their n-grams stay until the sweep."""
    for start in range(0, len(numbers), CHUNK):
        mine = document_table.c.id.in_(numbers[start : start + CHUNK])
        connection.execute(delete(document_table).where(document_table.c.space == space.id, mine))


def sweep_grams(connection: Connection, space: Space, after: Sequence[int], size: int) -> list[int]:
    """Drop n-grams of documents that are gone, in one stretch; returns its end, [] when there is no more."""
    table = gram_table.c
    behind = tuple_(table.gram, table.document) > tuple_(*after)
    if connection.dialect.name != "sqlite":  # MariaDB does not read a row value as a range
        behind = and_(table.gram >= after[0], (table.gram > after[0]) | (table.document > after[1]))
    found = select(table.gram, table.document).where(table.space == space.id, behind)
    stretch = connection.execute(found.order_by(table.gram, table.document).limit(size)).all()
    if not stretch:
        return []
    alive = _alive(connection, space, {row.document for row in stretch})
    for row in stretch:
        if row.document not in alive:
            dead = (table.space == space.id, table.gram == row.gram, table.document == row.document)
            connection.execute(delete(gram_table).where(*dead))
    return [stretch[-1].gram, stretch[-1].document]


def clear(connection: Connection, space: Space, size: int) -> bool:
    """Drop a part of a space that nobody wants any more; False when nothing was left."""
    for table in (document_table, gram_table):
        statement = delete(table).where(table.c.space == space.id)
        if connection.dialect.name != "sqlite":
            statement = statement.with_dialect_options(mysql_limit=size, mariadb_limit=size)
        if connection.execute(statement).rowcount:
            return True
    return False


def digest(text: str) -> int:
    """Differs when the text does: 63 bits."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1


def _known(connection: Connection, space: Space, tokens: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Number and digest of the documents of these records."""
    found: dict[str, tuple[int, int]] = {}
    columns = document_table.c
    for start in range(0, len(tokens), CHUNK):
        mine = columns.record.in_(tokens[start : start + CHUNK])
        rows = connection.execute(
            select(columns.record, columns.id, columns.digest).where(columns.space == space.id, mine)
        )
        found |= {record: (number, held) for record, number, held in rows}
    return found


def _alive(connection: Connection, space: Space, numbers: set[int]) -> set[int]:
    columns, listed, alive = document_table.c, sorted(numbers), set[int]()
    for start in range(0, len(listed), CHUNK):
        mine = columns.id.in_(listed[start : start + CHUNK])
        alive |= set(connection.execute(select(columns.id).where(columns.space == space.id, mine)).scalars())
    return alive


def _insert(connection: Connection, space: Space, field: Field, texts: Mapping[str, tuple[str, int]]) -> None:
    documents, postings = [], []
    for number, (token, (text, held)) in enumerate(texts.items(), space.next_document):
        documents.append({"space": space.id, "id": number, "record": token, "digest": held})
        postings += [(gram, number) for gram in grams(field, text)]
    if documents:
        connection.execute(insert(document_table), documents)
    _insert_grams(connection, space, sorted(postings))


def _insert_grams(connection: Connection, space: Space, postings: Sequence[tuple[int, int]]) -> None:
    """Whole numbers alone, written out: most of the time of building goes into binding them one by one."""
    for start in range(0, len(postings), AT_ONCE):
        rows = (f"({space.id:d},{gram:d},{number:d})" for gram, number in postings[start : start + AT_ONCE])
        into = "INSERT INTO search_gram (space, gram, document) VALUES "
        connection.exec_driver_sql(into + ",".join(rows))
