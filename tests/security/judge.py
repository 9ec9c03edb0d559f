"""What holds for every answer of an attacked server, whatever was asked: no failure, nothing of what is behind, denials written down."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from tests.harness.http_client import Asked
from tests.security.words import LEAKS

SPEAKS_OF_TABLES = re.compile(
    r"/(it|wiring|rights|static|api/v1/openapi|checks|audit|data/(operation-log|data-dictionary))\b"
)
"""Pages for IT and administrators that name tables on purpose, files of our own, and lists whose records are about tables."""
TRACE = re.compile(
    r"Traceback|sqlalchemy\.|pymysql|OperationalError|ProgrammingError|IntegrityError|File \"/"
)
BEHIND = re.compile(r"\.py\b|gunicorn|werkzeug|python|sqlite|mariadb", re.IGNORECASE)
DENIED = re.compile(r"refused|Access is Denied")


def judge(asked: Asked) -> None:
    """Fails with the request when its answer breaks one of the rules."""
    what = f"{asked.method} {asked.uri[:300]} → {asked.status}"
    assert asked.status < 500 or asked.status == 503, f"{what}\n{asked.said[-3000:]}"
    assert "Traceback" not in asked.said, f"{what}\n{asked.said[-3000:]}"
    head = "\n".join(f"{name}: {value}" for name, value in asked.headers if name != "Set-Cookie")
    assert not BEHIND.search(head), f"{what}\n{head}"
    text = asked.body.decode("utf-8", "replace")
    marks = TRACE if SPEAKS_OF_TABLES.match(asked.uri) else LEAKS
    told = [found[0][:120] for found in marks.finditer(text) if found[0] not in unquote_plus(asked.uri)]
    assert not told, f"{what} tells {told}"
    if asked.status in {401, 403} or (
        asked.status == 404 and asked.uri.startswith(("/data/", "/api/v1/data/"))
    ):
        assert DENIED.search(asked.said), f"{what} was refused and nobody wrote it down"
