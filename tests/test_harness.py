"""The harness itself: databases come and go, and the network stays closed."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import databases, strict
from tests.harness.chromium import Browser, open_context
from tests.harness.network import NetworkUsed

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.mariadb
def test_a_fresh_database_takes_its_overlay_with_it(mariadb_url: str) -> None:
    with databases.fresh_database(mariadb_url) as name:
        databases.execute(mariadb_url, f"CREATE DATABASE {name}_veneer")
    left = databases.execute(mariadb_url, f"SHOW DATABASES LIKE '{name}%'")
    assert left == []


@pytest.mark.mariadb
def test_a_dump_of_a_real_schema_loads_with_its_triggers(mariadb_url: str, mariadb_database: str) -> None:
    databases.load_dump(mariadb_url, "sakila", mariadb_database)
    here = databases.url_of(mariadb_url, mariadb_database)
    assert databases.execute(here, "SELECT COUNT(*) FROM film") == [(1000,)]
    assert len(databases.execute(here, "SHOW TRIGGERS")) > 0


@pytest.mark.mariadb
def test_the_general_log_shows_what_was_run(mariadb_url: str, tmp_path: Path) -> None:
    with databases.statements(mariadb_url, tmp_path) as lines:
        databases.execute(mariadb_url, "SELECT 'seen by the log'")
    assert any("seen by the log" in line for line in lines)


def test_another_machine_cannot_be_reached() -> None:
    with socket.socket() as probe, pytest.raises(NetworkUsed, match="192.0.2.1"):
        probe.connect(("192.0.2.1", 80))


def test_what_is_missing_fails_in_ci_and_is_skipped_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict, "left_out", {})
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="Install it"):
        strict.leave_out("Tests", "Install it.")
    monkeypatch.delenv("CI")
    monkeypatch.delenv("VENEER_TEST_STRICT", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Install it"):
        strict.leave_out("Tests", "Install it.")
    assert strict.summary() == ["Tests left out. Install it."]


@pytest.mark.browser
def test_the_browser_opens_a_page_in_chinese(browser: Browser) -> None:
    context = open_context(browser, "http://127.0.0.1", phone=True, language="zh")
    page = context.new_page()
    page.set_content("<p id=language></p><script>language.textContent = navigator.language</script>")
    assert page.locator("#language").inner_text() == "zh-CN"
    context.close()


def test_settings_of_the_person_at_the_keyboard_are_forgotten() -> None:
    environment = os.environ | {"DATABASE_URL": "mysql+pymysql://root@db.example/live", "PORT": "nonsense"}
    code = "from tests import conftest; conftest.pytest_configure(None); import os; print(os.environ.get('DATABASE_URL'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "None\n"
