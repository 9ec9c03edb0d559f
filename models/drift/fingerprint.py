"""The shape of a legacy schema in one statement: equal texts mean that no table, column or index has changed."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

HASHED = "BIT_XOR(CAST(CONV(LEFT(MD5(CONCAT_WS('|', {parts})), 16), 16, 10) AS UNSIGNED))"
COLUMN_PARTS = """ORDINAL_POSITION, HEX(COLUMN_NAME), COLUMN_TYPE, IS_NULLABLE, IFNULL(COLUMN_DEFAULT, '~'), EXTRA,
  IFNULL(COLLATION_NAME, '~')"""
INDEX_PARTS = (
    "HEX(INDEX_NAME), SEQ_IN_INDEX, HEX(IFNULL(COLUMN_NAME, '')), NON_UNIQUE, IFNULL(SUB_PART, 0), INDEX_TYPE"
)
VIEW_STATE = "HEX(TABLE_NAME), TABLE_TYPE, IF(TABLE_TYPE LIKE '%VIEW', TABLE_COMMENT, '')"
SERVER = f"""
SELECT 1 part, TABLE_NAME name, COUNT(*) parts, {HASHED.format(parts=COLUMN_PARTS)} hash
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = :schema AND FIND_IN_SET('select', PRIVILEGES) GROUP BY TABLE_NAME
UNION ALL SELECT 2, TABLE_NAME, COUNT(*), {HASHED.format(parts=INDEX_PARTS)}
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = :schema GROUP BY TABLE_NAME
UNION ALL SELECT 3, '', COUNT(*), {HASHED.format(parts=VIEW_STATE)}
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = :schema AND TABLE_TYPE <> 'SEQUENCE'
ORDER BY part, name"""  # noqa: S608 - put together from the constants above
SQLITE = """SELECT type, name, tbl_name, sql FROM {schema}.sqlite_master
WHERE name NOT LIKE 'sqlite~_stat%' ESCAPE '~' ORDER BY type, name"""


def fingerprint(connection: Connection, schema: str) -> str:
    """64 hexadecimal digits; one statement, however many tables there are. Comments and row counts are no part of it."""
    if connection.dialect.name == "sqlite":
        quoted = connection.dialect.identifier_preparer.quote_identifier(schema)
        rows = connection.execute(text(SQLITE.format(schema=quoted)))
    else:
        rows = connection.execute(text(SERVER), {"schema": schema})
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
