"""Settings: what the environment may say, what is refused, and that the documentation knows every one."""

import re
import stat
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import config
import config_values

ROOT = Path(__file__).resolve().parent.parent
DOCS = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
GOOD_KEY = "k3y-" * 10
URL = "mysql+pymysql://root@127.0.0.1:3306/erp"


def section(name: str) -> str:
    """What docs/configuration.md says under the heading of a setting."""
    found = re.search(rf"^### {name}\n(.*?)(?=^#|\Z)", DOCS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/configuration.md has no heading for {name}"
    return found.group(1)


@pytest.mark.parametrize("setting", config.SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented_as_it_is(setting: config.Setting) -> None:
    said = section(setting.name)
    assert setting.meaning in said
    assert f"Value: {setting.unit} · default: " in said
    assert (f"`{setting.default}`" if setting.default else "default: empty") in said


def test_the_documentation_names_no_setting_that_is_gone() -> None:
    assert set(re.findall(r"^### (\w+)$", DOCS, re.MULTILINE)) == {
        setting.name for setting in config.SETTINGS
    }


def test_an_empty_environment_is_the_demo() -> None:
    loaded = config.load({})
    assert loaded.is_embedded
    assert loaded.is_demo
    assert loaded.port == 8080
    assert loaded.languages == ("en", "zh")
    assert loaded.erp_path.parent == ROOT / "var" / "demo"


def test_an_empty_value_means_the_default() -> None:
    assert config.load({"PORT": " ", "DATABASE_URL": ""}).port == 8080


@pytest.mark.parametrize("scheme", ["mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql"])
def test_addresses_of_both_servers_are_understood(scheme: str) -> None:
    loaded = config.load({"DATABASE_URL": f"{scheme}://root@127.0.0.1:3306/erp"})
    assert loaded.database_url == URL
    assert not loaded.is_demo


def test_a_demo_on_a_server_has_demo_accounts() -> None:
    loaded = config.load({"DATABASE_URL": URL, "DEMO": "yes"})
    assert loaded.is_demo
    assert not loaded.is_embedded


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("PORT", "abc", "whole number from 1 to 65535"),
        ("PORT", "70000", "whole number from 1 to 65535"),
        ("WORKERS", "-1", "whole number from 1"),
        ("WORKERS", "٣x", "whole number from 1"),
        ("DATABASE_URL", "postgresql://host/erp", "mysql+pymysql://"),
        ("DATABASE_URL", "mysql+pymysql://host", "mysql+pymysql://"),
        ("DATABASE_URL", "mysql://root@[::1/erp", "mysql+pymysql://"),
        ("OVERLAY_SCHEMA", "ven`eer", "letters, digits"),
        ("LANGUAGES", "en,fr", "en, zh or both"),
        ("TIME_ZONE", "Mars/Base", "Europe/Berlin"),
        ("TIME_ZONE", "../etc/passwd", "Europe/Berlin"),
        ("INLINE_RUNNER", "maybe", "yes or no"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("COOKIE_SECURE", "2", "auto, yes, no"),
    ],
)
def test_a_bad_value_is_named_with_what_to_do(name: str, value: str, advice: str) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load({name: value})
    assert name in str(caught.value)
    assert advice in str(caught.value)


def test_all_bad_values_are_named_at_once() -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load({"PORT": "x", "THREADS": "y"})
    assert str(caught.value).count("\n") == 1


@pytest.mark.parametrize(
    "key", ["short", "changeme-changeme-changeme-changeme", "veneer-demo-key-that-everybody-can-read"]
)
def test_a_key_that_can_be_guessed_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load({"SECRET_KEY": key})
    assert key not in str(caught.value)
    assert "token_urlsafe" in str(caught.value)


def test_secrets_do_not_show_in_a_traceback() -> None:
    shown = repr(config.load({"SECRET_KEY": GOOD_KEY, "DATABASE_URL": URL, "SMTP_PASSWORD": "hidden-word"}))
    assert GOOD_KEY not in shown
    assert URL not in shown
    assert "hidden-word" not in shown


def test_the_overlay_may_not_be_the_legacy_schema() -> None:
    with pytest.raises(config.ConfigError, match="OVERLAY_SCHEMA"):
        config.load({"DATABASE_URL": URL, "OVERLAY_SCHEMA": "erp"})


def test_the_default_language_must_be_offered() -> None:
    with pytest.raises(config.ConfigError, match="DEFAULT_LANGUAGE"):
        config.load({"LANGUAGES": "zh"})


def test_a_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    kept = tmp_path / "deeper" / "key"
    loaded = config.load({"SECRET_KEY_FILE": str(kept)})
    first = loaded.session_key()
    assert len(first) >= 32
    assert loaded.session_key() == first
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(kept.parent.iterdir()) == [kept]


def test_a_given_key_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    kept = tmp_path / "key"
    assert config.load({"SECRET_KEY": GOOD_KEY, "SECRET_KEY_FILE": str(kept)}).session_key() == GOOD_KEY
    assert not kept.exists()


def test_a_key_that_cannot_be_kept_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(config.ConfigError, match="Set SECRET_KEY"):
        config.load({"SECRET_KEY_FILE": str(tmp_path / "file" / "key")}).session_key()


def test_a_bad_value_ends_a_program_with_code_2() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import config; config.load_or_exit()"],
        cwd=ROOT,
        env={"PORT": "x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == 'PORT is "x", which cannot be used. Give a whole number from 1 to 65535.\n'


def test_without_a_time_zone_it_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_values, "get_localzone_name", lambda: "Asia/Shanghai")
    assert config.load({}).time_zone == "Asia/Shanghai"
    assert config.load({"TIME_ZONE": "Europe/Berlin"}).time_zone == "Europe/Berlin"
    monkeypatch.setattr(config_values, "get_localzone_name", lambda: str(ZoneInfo("Nowhere/Land")))
    assert config.load({}).time_zone == "UTC"
