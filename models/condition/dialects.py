"""Pieces of a WHERE that MariaDB/MySQL and SQLite spell differently: collated columns, LIKE, members of a comma set."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from models.condition.collation import FOLDS
from models.condition.plan import TEXT_PLACES, Comparison
from models.condition.values import BYTES, TEXT

_ESCAPE = "|"


class _Collated(FunctionElement[Any]):
    """A text column: bare on a server, which has its own collation; with ours on SQLite."""

    collation = ""
    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


class _Match(FunctionElement[bool]):
    """A text at a place in a column, or a member of its comma set. Clauses: column, pattern, plain text."""

    function = ""
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        """Bare in a WHERE: SQLAlchemy would write `(… LIKE …) = 1`, which no index serves."""
        return self


@compiles(_Collated)
def _bare(element: _Collated, compiler: SQLCompiler, **words: Any) -> str:
    return compiler.process(next(iter(element.clauses)), **words)


@compiles(_Collated, "sqlite")
def _with_ours(element: _Collated, compiler: SQLCompiler, **words: Any) -> str:
    return f"{compiler.process(next(iter(element.clauses)), **words)} COLLATE {element.collation}"


@compiles(_Match)
def _as_like(element: _Match, compiler: SQLCompiler, **words: Any) -> str:
    column, pattern, plain = (compiler.process(part, **words) for part in element.clauses)
    if element.function.endswith("_has"):
        return f"(FIND_IN_SET({plain}, {column}) > 0)"
    return f"({column} LIKE {pattern} ESCAPE '{_ESCAPE}')"


@compiles(_Match, "sqlite")
def _as_function(element: _Match, compiler: SQLCompiler, **words: Any) -> str:
    column, _pattern, plain = element.clauses
    return f"{element.function}({compiler.process(column, **words)}, {compiler.process(plain, **words)})"


def _kind(base: type[Any], **attributes: Any) -> type[Any]:
    """A subclass for each spelling, because SQLAlchemy's statement cache tells them apart by class."""
    name = f"{base.__name__}_{'_'.join(attributes.values())}"
    return type(name, (base,), {"inherit_cache": True, **attributes})


_COLLATED = {
    name: _kind(_Collated, collation=name)
    for name in (f"veneer_{fold}{pad}" for fold in FOLDS for pad in ("", "_pad"))
}
_MATCH = {
    name: _kind(_Match, function=name)
    for name in (
        *(f"veneer_{fold}_{place}" for fold in (*FOLDS, "bytes") for place in TEXT_PLACES),
        *(f"{name}_has" for name in _COLLATED),
    )
}


def collated(column: Any, part: Comparison) -> Any:
    """The column as it compares; bare wherever the database's own comparison is right and so an index serves."""
    rule = part.collation
    return column if part.sort != TEXT or rule.native else _COLLATED[rule.name](column)


def text_match(column: Any, part: Comparison) -> ColumnElement[bool]:
    """starts, ends, contains and has. On a server "starts" is LIKE 'abc%', which is a range of an index."""
    wanted, rule = part.values[0], part.collation
    how = "bytes" if part.sort == BYTES else rule.fold
    name = f"{rule.name}_has" if part.op == "has" else f"veneer_{how}_{part.op}"
    texts = (bindparam(None, value, type_=column.type) for value in (_pattern(wanted, part.op), wanted))
    match: ColumnElement[bool] = _MATCH[name](column, *texts)
    if part.op == "starts" and rule.native and part.sort == TEXT:
        return and_(column >= wanted, column < wanted + "\U0010ffff", match)
    return match


def _pattern(wanted: Any, place: str) -> Any:
    """A LIKE pattern with the special characters of `wanted` escaped; bytes stay bytes."""
    is_text = isinstance(wanted, str)
    text = wanted if is_text else wanted.decode("latin-1")
    for special in (_ESCAPE, "%", "_"):
        text = text.replace(special, _ESCAPE + special)
    before = "%" if place in {"ends", "contains"} else ""
    text = before + text + ("%" if place in {"starts", "contains"} else "")
    return text if is_text else text.encode("latin-1")
