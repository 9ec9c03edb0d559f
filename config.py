"""Every setting of Veneer: its name, unit, default and meaning. Values come from the environment and nowhere else."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from config_disclosure import DisclosureSettings
from config_setting import Setting, setting
from config_sign_in import SignInSettings, sign_in_problem
from config_values import (
    database,
    days_by_class,
    kept_secrets,
    languages,
    names,
    one_of,
    schema_name,
    text,
    time_zone,
    web_address,
    whole,
    yes_or_no,
)

ROOT = Path(__file__).resolve().parent
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class ConfigError(Exception):
    """One or more settings cannot be used; the text names each and says what to do."""


@dataclass(frozen=True)
class Config(DisclosureSettings, SignInSettings):
    """All settings, parsed. Secrets are left out of its repr."""

    database_url: str = setting(
        "The database to lay Veneer over; empty runs the demo that comes with it.",
        "mysql+pymysql:// address",
        database,
        "",
        is_secret=True,
    )
    overlay_schema: str = setting(
        "Schema on the same server that holds everything Veneer adds.", "schema name", schema_name, "veneer"
    )
    demo: str = setting(
        "Whether demo accounts are made and shown; auto means only without DATABASE_URL.",
        "auto, yes or no",
        one_of("auto", "yes", "no"),
        "auto",
    )
    demo_dir: str = setting(
        "Folder of the demo's two database files, seen from the project's folder.", "path", text, "var/demo"
    )
    replica_url: str = setting(
        "A read-only copy of the database for lists and charts; empty reads from DATABASE_URL.",
        "mysql+pymysql:// address",
        database,
        "",
        is_secret=True,
    )
    host: str = setting(
        "Address to listen on; 0.0.0.0 listens to the whole network.", "IP address", text, "127.0.0.1"
    )
    port: int = setting("Port to listen on.", "port number", whole(1, 65535), "8080")
    workers: int = setting("Web processes.", "processes", whole(1, 256), "1")
    threads: int = setting("Threads of each web process.", "threads", whole(1, 256), "8")
    page_statement_seconds: int = setting(
        "The longest a statement of a page may run in the database.", "seconds", whole(1, 3600), "5"
    )
    job_statement_seconds: int = setting(
        "The longest a statement of a background job may run in the database.",
        "seconds",
        whole(1, 86400),
        "60",
    )
    lock_wait_seconds: int = setting(
        "How long a save waits for a row that another program holds.", "seconds", whole(1, 600), "3"
    )
    pool_size: int = setting(
        "Database connections of each web process, at most: a page uses up to four at once, so four for each of THREADS.",
        "connections",
        whole(1, 500),
        "32",
    )
    pool_wait_seconds: int = setting(
        "How long a page waits for a free connection before it answers 503.", "seconds", whole(1, 60), "2"
    )
    upload_max_megabytes: int = setting(
        "The largest file or form accepted.", "megabytes", whole(1, 1024), "20"
    )
    export_max_rows: int = setting(
        "The most rows one export may hold.", "rows", whole(1, 10_000_000), "1000000"
    )
    big_table_rows: int = setting(
        "From this many rows on, lists warn of filters and sorts that no index serves, and “contains” looks at a part.",
        "rows",
        whole(1, 1_000_000_000),
        "100000",
    )
    heavy_statements: int = setting(
        "How many statements that no index serves run at once on big tables, over all processes: half the database's cores at most.",
        "statements",
        whole(1, 64),
        "2",
    )
    heavy_wait_seconds: int = setting(
        "How long a page waits until it may run such a statement, before it answers 503.",
        "seconds",
        whole(0, 60),
        "3",
    )
    search_scan_rows: int = setting(
        "How many of the newest rows of a big table “contains” looks at where no search index serves it.",
        "rows",
        whole(1000, 100_000_000),
        "100000",
    )
    languages: tuple[str, ...] = setting(
        "Languages a user may choose from.", "en, zh; comma-separated", languages, "en,zh"
    )
    default_language: str = setting(
        "The language for browsers that ask for none of LANGUAGES.", "en or zh", one_of("en", "zh"), "en"
    )
    time_zone: str = setting(
        "The zone that times in the legacy database are meant in, and in which times are shown; empty takes that of this machine.",
        "IANA time zone",
        time_zone,
        "",
    )
    allowed_hosts: tuple[str, ...] = setting(
        "Host names that requests may be addressed to; * allows any.",
        "host names; comma-separated",
        names,
        "localhost,127.0.0.1,[::1]",
    )
    trusted_proxies: int = setting(
        "Proxies in front of Veneer whose X-Forwarded headers are believed.", "proxies", whole(0, 10), "0"
    )
    cookie_secure: str = setting(
        "Whether cookies are sent over HTTPS only; auto follows the request.",
        "auto, yes or no",
        one_of("auto", "yes", "no"),
        "auto",
    )
    smtp_host: str = setting(
        "Mail server; empty sends no mail and keeps messages in the inbox.", "host name", text, ""
    )
    smtp_port: int = setting("Port of the mail server.", "port number", whole(1, 65535), "587")
    smtp_user: str = setting("Account at the mail server; empty logs in to none.", "text", text, "")
    smtp_password: str = setting("Password of that account.", "text", text, "", is_secret=True)
    smtp_from: str = setting("Sender of Veneer's mails.", "mail address", text, "veneer@localhost")
    smtp_tls: str = setting(
        "How the connection to the mail server is encrypted.",
        "starttls, tls or none",
        one_of("starttls", "tls", "none"),
        "starttls",
    )
    public_url: str = setting(
        "Where people reach Veneer; mails lead there. Empty leaves links out of mails.",
        "https:// address",
        web_address,
        "",
    )
    log_level: str = setting(
        "The least severe messages written to the log.", "level", one_of(*LEVELS), "INFO"
    )
    inline_runner: bool = setting(
        "Whether the web server runs rules and alerts itself; no leaves them to `run.py runner`.",
        "yes or no",
        yes_or_no,
        "yes",
    )
    runner_poll_seconds: int = setting("How often the runner looks for work.", "seconds", whole(1, 3600), "5")
    schema_watch_seconds: int = setting(
        "How often the runner looks whether the legacy tables have changed.", "seconds", whole(1, 60), "20"
    )

    audit_keep_days: tuple[tuple[str, int], ...] = setting(
        "For how many days each class of the audit is kept: record, read, sign-in, refusal, export, rights, event. 0 or none is for ever.",
        "class=days; semicolons between them",
        days_by_class,
        "read=183; sign-in=365; refusal=365; export=1095",
    )

    @property
    def is_embedded(self) -> bool:
        """Whether the demo's SQLite files stand in for a database server."""
        return not self.database_url

    @property
    def is_demo(self) -> bool:
        """Whether demo accounts with known passwords are made and shown."""
        return self.is_embedded if self.demo == "auto" else self.demo == "yes"

    @property
    def erp_path(self) -> Path:
        """The demo's ERP as a SQLite file."""
        return ROOT / self.demo_dir / "erp.sqlite"

    @property
    def overlay_path(self) -> Path:
        """The demo's overlay as a SQLite file."""
        return ROOT / self.demo_dir / "overlay.sqlite"

    def session_key(self) -> str:
        """SECRET_KEY, or the one kept in SECRET_KEY_FILE, which is made at the first call. Raises ConfigError."""
        return self.keys()[0]

    def keys(self) -> list[str]:
        """The key in force, then the earlier ones that still count, the newest first. Raises ConfigError."""
        if self.secret_key:
            return [self.secret_key, *self.secret_key_old]
        try:
            return [*kept_secrets(ROOT / self.secret_key_file), *self.secret_key_old]
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"No key can be kept in {self.secret_key_file} ({error}). Set SECRET_KEY, or a SECRET_KEY_FILE that can be written."
            ) from error


SETTINGS = tuple(Setting(name=each.name.upper(), **each.metadata) for each in fields(Config))


def load(environment: Mapping[str, str] | None = None) -> Config:
    """Parse the environment (os.environ when None); raises ConfigError that names every setting with a bad value."""
    source = os.environ if environment is None else environment
    values, wrong = {}, []
    for each in SETTINGS:
        given = source.get(each.name, "").strip() or each.default
        try:
            values[each.name.lower()] = each.parse(given)
        except ValueError as error:
            shown = "a value that cannot be used" if each.is_secret else f'"{given}", which cannot be used'
            wrong.append(f"{each.name} is {shown}. {error}")
    if wrong:
        raise ConfigError("\n".join(wrong))
    return agreed(Config(**values))


def agreed(config: Config) -> Config:
    """The settings, when they fit together; raises ConfigError otherwise."""
    if config.default_language not in config.languages:
        raise ConfigError("DEFAULT_LANGUAGE is not in LANGUAGES. Add it there, or choose one that is.")
    if urlsplit(config.database_url).path.strip("/") == config.overlay_schema:
        raise ConfigError(
            "OVERLAY_SCHEMA names the legacy database itself. Give the overlay a name of its own."
        )
    problem = sign_in_problem(config)
    if problem:
        raise ConfigError(problem)
    return config


def load_or_exit() -> Config:
    """Parse the environment; a bad value ends the program with its sentence and exit code 2."""
    try:
        return load()
    except ConfigError as error:
        leave(error)


def leave(error: ConfigError) -> NoReturn:
    """Print the sentence and end with code 2."""
    print(error, file=sys.stderr)  # noqa: T201 - the log is not set up yet
    sys.exit(2)
