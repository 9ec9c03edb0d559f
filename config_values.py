"""What the text of a setting may be: one parser a kind, which raises ValueError with what to give instead."""

import contextlib
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tzlocal import get_localzone_name

SHORTEST_SECRET = 32
PUBLISHED_SECRETS = ("changeme", "change-me", "secret", "veneer", "demo", "example", "thisismysc")
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")

Parser = Callable[[str], Any]


def text(value: str) -> str:
    """Any text, without blanks around it."""
    return value.strip()


def whole(lowest: int, highest: int) -> Parser:
    """A whole number between two bounds."""

    def parse(value: str) -> int:
        if not re.fullmatch("[0-9]+", value.strip()) or not lowest <= int(value) <= highest:
            raise ValueError(f"Give a whole number from {lowest} to {highest}.")
        return int(value)

    return parse


def one_of(*choices: str) -> Parser:
    """One of a few words, in small or capital letters."""

    def parse(value: str) -> str:
        found = [choice for choice in choices if choice.lower() == value.strip().lower()]
        if not found:
            raise ValueError(f"Give one of {', '.join(choices)}.")
        return found[0]

    return parse


def yes_or_no(value: str) -> bool:
    """A switch."""
    word = value.strip().lower()
    if word not in (*YES, *NO):
        raise ValueError("Give yes or no.")
    return word in YES


def names(value: str) -> tuple[str, ...]:
    """Names separated by commas."""
    return tuple(name.strip() for name in value.split(",") if name.strip())


def languages(value: str) -> tuple[str, ...]:
    """Languages that Veneer has, separated by commas."""
    found = names(value)
    if not found or set(found) - {"en", "zh"}:
        raise ValueError("Give en, zh or both, separated by a comma.")
    return found


def schema_name(value: str) -> str:
    """A schema name that needs no quoting anywhere."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", value.strip()):
        raise ValueError("Give a name of up to 64 letters, digits and underscores.")
    return value.strip()


def time_zone(value: str) -> str:
    """The name of a time zone as the IANA lists them; nothing means the zone of this machine."""
    if not value.strip():
        return machine_zone()
    try:
        ZoneInfo(value.strip())
    except (KeyError, OSError, ValueError):
        raise ValueError("Give a name such as Europe/Berlin or Asia/Shanghai.") from None
    return value.strip()


def machine_zone() -> str:
    """The zone that the machine's clock is set to; UTC where it has none or two that differ."""
    try:
        name = get_localzone_name()
    except (LookupError, ValueError):
        return "UTC"
    return name.removeprefix("Etc/") if name and name.startswith("Etc/U") else name or "UTC"


def database(value: str) -> str:
    """A MySQL or MariaDB address with a database in it, or nothing."""
    found = re.sub(r"^(mysql|mariadb)(\+pymysql)?://", "mysql+pymysql://", value.strip())
    if not found:
        return ""
    if not is_database_address(found):
        raise ValueError("Give mysql+pymysql://user:password@host:3306/database.")
    return found


def is_database_address(url: str) -> bool:
    """Whether a URL has the right scheme and names a database."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "mysql+pymysql" and bool(parts.path.strip("/"))


def web_address(value: str) -> str:
    """An http or https address without a slash at its end, or nothing."""
    parts = urlsplit(value.strip())
    if value.strip() and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise ValueError("Give an address such as https://veneer.example.com.")
    return value.strip().rstrip("/")


def secret(value: str) -> str:
    """A long secret that nobody published, or nothing."""
    found = value.strip()
    if found and (len(found) < SHORTEST_SECRET or found.lower().startswith(PUBLISHED_SECRETS)):
        raise ValueError(
            f"Give at least {SHORTEST_SECRET} random characters that stand in no manual. "
            'Make them with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return found


def secrets_of(value: str) -> tuple[str, ...]:
    """Long secrets separated by commas."""
    return tuple(secret(one) for one in names(value))


def pairs(value: str) -> tuple[tuple[str, str], ...]:
    """Texts with "=" between them, separated by semicolons; the last "=" parts, since the first word may hold some itself."""
    found = [one.rpartition("=") for one in value.split(";") if one.strip()]
    if not all(first.strip() and second.strip() for first, _sign, second in found):
        raise ValueError("Give pairs such as sales-east=Sales; admins=Admin.")
    return tuple((first.strip(), second.strip()) for first, _sign, second in found)


LEAST_DAYS = 183
"""Logs are kept for six months at least."""


def days_by_class(value: str) -> tuple[tuple[str, int], ...]:
    """Classes of the audit and for how many days each is kept; 0 = for ever."""
    classes = ("record", "read", "sign-in", "refusal", "export", "rights", "event")
    found = []
    for name, number in pairs(value):
        is_whole = name in classes and re.fullmatch("[0-9]{1,6}", number)
        if not is_whole or (number != "0" and int(number) < LEAST_DAYS):
            raise ValueError(
                f"Give pairs such as sign-in=365; read=183, of {', '.join(classes)}: 0 or {LEAST_DAYS} and more days."
            )
        found.append((name, int(number)))
    return tuple(found)


def ldap(value: str) -> str:
    """An LDAP address, or nothing."""
    parts = urlsplit(value.strip())
    if value.strip() and (parts.scheme not in {"ldap", "ldaps"} or not parts.hostname):
        raise ValueError("Give ldaps://ldap.example.com.")
    return value.strip().rstrip("/")


def redis(value: str) -> str:
    """The address of a Redis, or nothing."""
    parts = urlsplit(value.strip())
    is_one = parts.scheme in {"redis", "rediss"} and bool(parts.hostname)
    if value.strip() and not is_one and not (parts.scheme == "unix" and parts.path):
        raise ValueError("Give redis://redis.example.com:6379/0.")
    return value.strip()


def kept_secrets(path: Path) -> list[str]:
    """The keys kept in a file, one a line, the one in force first; made when it is missing. Raises OSError or ValueError."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        make_secret(path)
    found = [secret(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not found:
        raise ValueError("it is empty")
    return found


def put_before(path: Path, key: str) -> None:
    """Make a key the first of a file; the others stay as earlier ones. Readers find the old file or the new one, never half of it."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write("\n".join([key, *kept_secrets(path)]))
    own.replace(path)


def make_secret(path: Path) -> None:
    """Write a new key under a name of our own first, so that two processes starting at once agree on one."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(own, path)
    own.unlink()
