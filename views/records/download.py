"""Downloads of heavy values: only through the record's policy, never shown by the browser as a page."""

from __future__ import annotations

import re

from flask import Response
from sqlalchemy import select

import fields
from models import access
from models.guard import unknown_field
from models.legacy.types import content
from models.records import read, rights
from models.records.rows import by_key
from models.rowtoken import key_of
from models.wiring.nouns import Entity
from views.records import watermark

OPEN = {"read", "edit"}


def response(entity: Entity, token: str, name: str) -> Response:
    """The bytes of one field as a file. Raises NotVisible."""
    if name not in entity.fields or access.policy().right(entity, name) not in OPEN:
        raise unknown_field(name)
    if not fields.field_type(entity.fields[name].kind).is_heavy:
        raise unknown_field(name)
    session = access.records()
    statement = select(content(entity.attribute(name)), *rights.flags(session, entity, [name]))
    found = session.execute(statement.where(by_key(entity, key_of(entity, token)))).first()
    if found is None or found[0] is None:
        raise read.not_there()
    if session.policy.cells(entity, session.action).right(name, found[1:]) not in OPEN:
        raise unknown_field(name)
    body = found[0] if isinstance(found[0], bytes) else str(found[0]).encode()
    plain = re.sub(r"[^\w.-]", "_", f"{entity.name}-{token}", flags=re.ASCII)[
        :120
    ]  # a key may hold any character
    disposition = f'attachment; filename="{plain}.bin"'
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox; default-src 'none'"}
    headers[watermark.HEADER] = watermark.made().header
    return Response(body, mimetype="application/octet-stream", headers=headers)
