"""The locks: everything pinned by hash, from any mirror, for any machine."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt"]


def pins(lock: str) -> dict[str, str]:
    """Name and version of every package in a lock."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_a_hash(lock: str) -> None:
    entries = re.split(r"^(?=[\w.-]+==)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    without = [entry.splitlines()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
    assert without == []


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json", ".npmrc"])
def test_no_lock_names_a_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    text = re.sub(r'"(url|funding)": "[^"]*"', "", text)  # where authors take donations
    assert not re.search(r"https?://|file:|--index-url|--find-links", text)


def test_browser_packages_are_checked_against_their_content() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, about in packages.items() if name and "integrity" not in about] == []


def test_every_wish_stands_in_its_lock() -> None:
    for lock in LOCKS:
        text = (ROOT / lock.replace(".txt", ".in")).read_text(encoding="utf-8")
        wishes = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
        locked = {name.lower(): version for name, version in pins(lock).items()}
        assert {name.lower(): version for name, version in wishes.items()}.items() <= locked.items()


def test_marshmallow_stays_where_the_security_api_starts() -> None:
    assert pins("requirements.txt")["marshmallow"].startswith("3.")


def test_plotly_in_python_and_in_the_browser_are_the_same_one() -> None:
    import plotly

    bundled = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    with bundled.open(encoding="utf-8") as source:
        version = re.search(r"plotly\.js v(\S+)", source.read(400))
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"][
        "plotly.js-strict-dist-min"
    ]
    assert version is not None
    assert version.group(1) == wanted
