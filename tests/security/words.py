"""What no answer may ever hold, and the words that attackers send."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

LEAKS = re.compile(
    r"Traceback|sqlite3?\.|sqlalchemy|pymysql|OperationalError|ProgrammingError|IntegrityError|"
    r"\bSELECT\b.{0,200}\bFROM\b|\bWHERE\b.{0,80}[=<>?]|\bT_[A-Z]{3,6}\b|\berp\.|File \"/|werkzeug\.|\.py\b",
    re.DOTALL,
)
"""SQL, traces, names of tables and of our own files."""

SQL = (
    "'", '"', "`", "\\", "';--", "' OR '1'='1", "1 OR 1=1", "0) UNION SELECT 1,2--", "\x00", "\ud800", "9" * 40, "{0.__class__}",
)  # fmt: skip
"""What a database might take for more than a word."""
OTHERS = (
    "%", "%27", "{{7*7}}", "%(x)s", "__class__", "c_ID", "x" * 10_000, "9" * 5000, "-1", "1e400", "NaN", "null", "[" * 2000,
    "../../etc/passwd", "<svg>",
)  # fmt: skip


def is_clean(answer: TestResponse) -> bool:
    """An answer in words: no failure, and nothing of what is behind."""
    return answer.status_code < 500 and leak_of(answer) == ""


def leak_of(answer: TestResponse) -> str:
    """What an answer tells that it should not; "" = nothing."""
    found = LEAKS.search(answer.get_data(as_text=True))
    return found[0][:120] if found else ""
