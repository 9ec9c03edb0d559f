"""Each finding on a real server that has what it is about; and none on a good one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from config import Config, load
from models import checks
from models.checks import report
from models.checks.ground import opened
from models.checks.kinds import clocks
from tests.harness.databases import execute, url_of
from tests.harness.mariadb import free_port

ROOT = Path(__file__).resolve().parents[3]
GOOD = "CREATE TABLE good (id INT PRIMARY KEY, name VARCHAR(20)) CHARACTER SET utf8mb4"


def config_of(url: str, name: str, **settings: str) -> Config:
    address = {
        "DATABASE_URL": url_of(url, name),
        "OVERLAY_SCHEMA": f"{name}_overlay",
        "UPLOAD_MAX_MEGABYTES": "1",
    }
    return load({**address, "TIME_ZONE": "UTC", "SECRET_KEY": "k" * 40, **settings})


def found(config: Config) -> dict[str, checks.Finding]:
    return {finding.id: finding for finding in checks.look_from_outside(config)}


@pytest.fixture
def database(mariadb_url: str, mariadb_database: str) -> Iterator[str]:
    """A good table in an empty database; global settings that a test changes are put back."""
    kept = execute(mariadb_url, "SELECT @@GLOBAL.sql_mode, @@GLOBAL.time_zone")[0]
    execute(mariadb_url, "SET GLOBAL time_zone = '+00:00'")
    execute(url_of(mariadb_url, mariadb_database), GOOD)
    yield mariadb_database
    execute(mariadb_url, f"SET GLOBAL sql_mode = '{kept[0]}'", f"SET GLOBAL time_zone = '{kept[1]}'")


@pytest.fixture
def account(mariadb_url: str, database: str) -> Iterator[tuple[str, str]]:
    """(user, url) of an account without any right."""
    user = f"u{database[-8:]}"
    execute(mariadb_url, f"CREATE USER '{user}'@'%' IDENTIFIED BY 'pw'")
    yield user, make_url(mariadb_url).set(username=user, password="pw").render_as_string(hide_password=False)
    execute(mariadb_url, f"DROP USER '{user}'@'%'")


def test_a_good_database_with_the_least_rights_has_nothing_but_news(
    mariadb_url: str, database: str, account: tuple[str, str]
) -> None:
    user, url = account
    config = config_of(url, database)
    for statement in report.least_grants(config).splitlines()[1:]:
        execute(mariadb_url, statement)
    execute(mariadb_url, f"CREATE DATABASE `{config.overlay_schema}` CHARACTER SET utf8mb4")
    assert set(found(config)) == {"V151"}
    assert user in report.least_grants(config)


def test_the_statements_that_a_finding_gives_mend_it(
    mariadb_url: str, database: str, account: tuple[str, str]
) -> None:
    user, url = account
    execute(mariadb_url, f"GRANT SELECT ON `{database}`.`good` TO '{user}'@'%'")
    execute(url_of(mariadb_url, database), "CREATE TABLE `odd ``name` (id INT PRIMARY KEY)")
    config = config_of(url, database)
    before = found(config)
    assert {"V142", "V143"} <= set(before)
    assert before["V143"].severity == "error"
    for finding in before.values():
        for statement in finding.statements:
            execute(mariadb_url, statement)
    execute(mariadb_url, f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{database}`.* TO '{user}'@'%'")
    assert not {"V141", "V142", "V143", "V144"} & set(found(config))


def test_a_schema_that_cannot_be_read_needs_one_statement(
    mariadb_url: str, database: str, account: tuple[str, str]
) -> None:
    user, url = account
    execute(mariadb_url, f"GRANT INSERT ON `{database}`.* TO '{user}'@'%'")
    finding = found(config_of(url, database))["V141"]
    assert finding.severity == "error"
    execute(mariadb_url, f"GRANT SELECT ON `{database}`.`good` TO '{user}'@'%'")
    execute(url_of(mariadb_url, database), "CREATE TABLE `odd ``name` (id INT PRIMARY KEY)")
    partly = found(config_of(url, database))["V141"]
    assert partly.severity == "warning"
    assert partly.statements == (f"GRANT SELECT ON `{database}`.`odd ``name` TO '{user}'@'%';",)
    assert finding.statements == (
        f"GRANT SELECT ON `{database.replace('_', chr(92) + '_')}`.* TO '{user}'@'%';",
    )


def test_rights_through_a_role_count(mariadb_url: str, database: str, account: tuple[str, str]) -> None:
    user, url = account
    config = config_of(url, database)
    role = f"r{database[-8:]}"
    execute(
        mariadb_url, f"CREATE ROLE {role}", f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{database}`.* TO {role}",
        f"GRANT ALL ON `{config.overlay_schema}`.* TO {role}", f"GRANT {role} TO '{user}'@'%'", f"SET DEFAULT ROLE {role} FOR '{user}'@'%'",
    )  # fmt: skip
    try:
        assert not {"V141", "V142", "V143"} & set(found(config))
    finally:
        execute(mariadb_url, f"DROP ROLE {role}")


def test_the_schema_s_own_troubles_are_named(mariadb_url: str, database: str) -> None:
    execute(
        url_of(mariadb_url, database),
        "CREATE TABLE old (id INT PRIMARY KEY) ENGINE=MyISAM",
        "CREATE TABLE bare (a INT, b VARCHAR(9) CHARACTER SET latin1)",
        "CREATE TABLE gone (id INT PRIMARY KEY)", "CREATE VIEW broken AS SELECT * FROM gone", "DROP TABLE gone",
    )  # fmt: skip
    findings = found(config_of(mariadb_url, database))
    assert findings["V131"].details == ("old (MyISAM)",)
    assert findings["V171"].details == ("bare",)
    assert findings["V181"].details == ("broken",)
    assert findings["V191"].details == ("bare: 1 × latin1",)
    assert findings["V144"].severity == "notice"
    assert not checks.has_errors(findings.values())


def test_a_lenient_server_is_told_from_a_strict_one(mariadb_url: str, database: str) -> None:
    assert "V122" not in found(config_of(mariadb_url, database))
    execute(mariadb_url, "SET GLOBAL sql_mode = ''")
    assert {"V121", "V122"} & set(found(config_of(mariadb_url, database))) == {"V122"}


def test_a_zone_that_differs_is_told(mariadb_url: str, database: str) -> None:
    assert "V162" not in found(config_of(mariadb_url, database))
    execute(mariadb_url, "SET GLOBAL time_zone = '+08:00'")
    finding = found(config_of(mariadb_url, database))["V162"]
    assert "+08:00" in finding.sentence
    assert "V162" not in found(config_of(mariadb_url, database, TIME_ZONE="Asia/Shanghai"))


@pytest.mark.parametrize(("seconds", "severity"), [(0.5, None), (-30, "warning"), (90, "error")])
def test_clocks_that_run_apart(
    mariadb_url: str, database: str, monkeypatch: pytest.MonkeyPatch, seconds: float, severity: str | None
) -> None:
    monkeypatch.setattr(clocks, "_seconds_apart", lambda _ground: seconds)
    finding = found(config_of(mariadb_url, database)).get("V161")
    assert (finding.severity if finding else None) == severity


def test_the_real_clocks_agree(mariadb_url: str, database: str) -> None:
    with opened(config_of(mariadb_url, database)) as ground:
        assert abs(clocks._seconds_apart(ground)) < 1


def test_limits_below_the_settings_are_told(mariadb_url: str, database: str) -> None:
    findings = found(
        config_of(mariadb_url, database, WORKERS="200", POOL_SIZE="200", UPLOAD_MAX_MEGABYTES="1024")
    )
    assert {"V201", "V202"} <= set(findings)


def test_an_overlay_of_another_version_is_an_error(mariadb_url: str, database: str) -> None:
    config = config_of(mariadb_url, database)
    execute(mariadb_url, f"CREATE DATABASE `{config.overlay_schema}` CHARACTER SET latin1")
    execute(url_of(mariadb_url, config.overlay_schema), "CREATE TABLE `change` (id INT PRIMARY KEY)")
    findings = found(config)
    assert "change.actor_id" in findings["V152"].details
    assert findings["V153"].statements == (
        f"ALTER DATABASE `{config.overlay_schema}` CHARACTER SET utf8mb4;",
    )
    assert checks.has_errors(findings.values())


@pytest.mark.parametrize(
    ("change", "id_"),
    [({"port": 1}, "V101"), ({"username": "nobody"}, "V102"), ({"database": "vt_not_there"}, "V103")],
)
def test_without_a_connection_there_is_one_finding(
    mariadb_url: str, database: str, change: dict[str, object], id_: str
) -> None:
    if "port" in change:
        change = {"port": free_port()}
    address = make_url(url_of(mariadb_url, database)).set(**change).render_as_string(hide_password=False)  # type: ignore[arg-type]
    settings = {"DATABASE_URL": address, "SECRET_KEY": "k" * 40}
    findings = checks.look_from_outside(load(settings))
    assert [finding.id for finding in findings] == [id_]
    assert checks.has_errors(findings)


def test_ids_are_unique_and_in_order() -> None:
    assert len(set(checks.ids())) == len(checks.ids())
    assert list(checks.ids()) == sorted(checks.ids())


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "SECRET_KEY": "k" * 40, "INLINE_RUNNER": "no", **settings}
    command = [sys.executable, "run.py", "check", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_command_line_ends_with_1_on_errors(mariadb_url: str, database: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": url_of(mariadb_url, database), "OVERLAY_SCHEMA": f"{database}_overlay"}
    good = run(**settings)
    assert (good.returncode, good.stderr) == (0, "")
    assert "0 errors" in good.stdout
    as_json = json.loads(run("--json", **settings).stdout)
    assert {"id", "severity", "sentence", "todo", "details", "statements"} == set(as_json["findings"][0])
    missing = run(DEMO_DIR=str(tmp_path / "none"))
    assert missing.returncode == 1
    assert missing.stdout.startswith("V104")
    assert not (tmp_path / "none").exists()
    grants = run("--grants", **settings)
    assert "GRANT SELECT, INSERT, UPDATE, DELETE ON" in grants.stdout


def test_serving_needs_a_database_that_can_be_used(
    mariadb_url: str, database: str, account: tuple[str, str]
) -> None:
    user, url = account
    assert checks.look_before_start(config_of(mariadb_url, database)) == []
    refused = checks.look_before_start(config_of(url, database))
    assert [finding.id for finding in refused] == ["V103"]
    execute(mariadb_url, f"GRANT SELECT ON `{database}`.`good` TO '{user}'@'%'")
    assert [finding.id for finding in checks.look_before_start(config_of(url, database))] == ["V143"]
