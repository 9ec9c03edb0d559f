"""The set-up: steps are skipped when nothing changed, a failure is a sentence, and make explains itself."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import setup
import steps
from node import NodeMissing, node_environment
from stamps import Stamp, digest_of, files_under

ROOT = Path(__file__).resolve().parents[2]


def counted_step(folder: Path, source: Path) -> tuple[setup.Step, list[str]]:
    """A step made from one file, and the list of its doings."""
    done: list[str] = []
    made = folder / "made"

    def do() -> None:
        done.append("done")
        made.write_text("made")

    return setup.Step(
        "name", "a thing", lambda: Stamp(folder / "stamp", digest_of([source]), (made,)), do
    ), done


def test_a_step_runs_again_only_when_its_source_changed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("one")
    step, done = counted_step(tmp_path, source)
    setup.take(step, "1/1")
    setup.take(step, "1/1")
    assert len(done) == 1
    source.write_text("two")
    setup.take(step, "1/1")
    assert len(done) == 2


def test_a_step_runs_again_when_its_result_is_gone(tmp_path: Path) -> None:
    step, done = counted_step(tmp_path, tmp_path / "source")
    setup.take(step, "1/1")
    (tmp_path / "made").unlink()
    setup.take(step, "1/1")
    assert len(done) == 2


def test_a_failed_step_is_tried_again_and_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise steps.SetupError("The disk is full. Make room, then run make again.")

    stamp = Stamp(tmp_path / "stamp", "digest")
    monkeypatch.setitem(setup.GOALS, "run", (setup.Step("name", "a thing", lambda: stamp, fail),))
    assert setup.main(["run"]) == 1
    assert not stamp.is_fresh()
    assert "Make room" in capsys.readouterr().err


def test_the_last_lines_of_a_failed_command_are_shown() -> None:
    with pytest.raises(steps.SetupError, match=r"boom\n\nIt did not work\.") as caught:
        steps.run("sh", "-c", "echo boom >&2; exit 3", why="It did not work.")
    assert "echo boom" in str(caught.value)


def test_a_renamed_file_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("same")
    before = digest_of(files_under(tmp_path, "*"))
    (tmp_path / "a").rename(tmp_path / "b")
    assert digest_of(files_under(tmp_path, "*")) != before


def test_each_goal_builds_on_the_environment() -> None:
    assert all(goal[0] is setup.ENVIRONMENT for goal in setup.GOALS.values())
    both = setup.wanted(["run", "test"])
    assert len(both) == len(set(both))


def test_node_missing_everywhere_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NodeMissing, match="Install Node"):
        node_environment(tmp_path)


def test_an_old_node_gives_way_to_the_one_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, version in (("machine", "v12.1.0"), ("own", "v24.1.0")):
        (tmp_path / folder).mkdir()
        for program in ("node", "npm"):
            file = tmp_path / folder / program
            file.write_text(f"#!/bin/sh\necho {version}\n")
            file.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "machine"))
    assert node_environment(tmp_path / "own")["PATH"].startswith(str(tmp_path / "own"))
    monkeypatch.setenv("PATH", str(tmp_path / "own"))
    assert node_environment(tmp_path / "other")["PATH"] == str(tmp_path / "own")


def test_a_machine_without_python_is_told_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", ROOT / "tools" / "find-python.sh"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "apt install python3" in done.stderr


def test_an_environment_that_cannot_be_made_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(steps.SetupError, match=r"apt install python3\.\d+-venv"):
        steps.create_venv()


def test_make_alone_explains_every_target() -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"
    }
    done = subprocess.run(["make"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^([a-z-]+):", makefile, re.MULTILINE):
        assert re.search(rf"make {target} +\S", done.stdout), f"make help does not explain {target}"
