"""The steps of the set-up: what each is made from, and how it is made (standard library only)."""

import datetime
import importlib.util
import os
import platform
import subprocess
import sys
import time
import venv
from pathlib import Path

from node import NodeMissing, node_environment
from stamps import Stamp, digest_of, files_under

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "requirements-dev.txt"
BENCH_LOCK = ROOT / "requirements-bench.txt"
NODE_LOCK = ROOT / "package-lock.json"
MODULES = ROOT / "node_modules"
THEME = ROOT / "app" / "theme" / "src"
BUILD = ROOT / "app" / "static" / "build"
TEXTS = ROOT / "app" / "translations"
CATALOGUE = TEXTS / "zh" / "LC_MESSAGES" / "messages.mo"


class SetupError(Exception):
    """A step failed; the text is for the person at the terminal."""


def run(*command: str | Path, why: str, environment: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder; when it fails, show its last lines and what it was for."""
    words = [str(part) for part in command]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, cwd=ROOT, env=environment, text=True, stdout=pipe, stderr=subprocess.STDOUT
    ) as process:
        said = watched(process)
    if process.returncode != 0:
        tail = "\n".join(said.strip().splitlines()[-20:])
        raise SetupError(f"{tail}\n\n{why} The command was: {' '.join(words)}")


def watched(process: "subprocess.Popen[str]") -> str:
    """Wait for a command and return what it said; at a terminal the seconds are counted meanwhile."""
    started = time.monotonic()
    while True:
        try:
            return process.communicate(timeout=1)[0]
        except subprocess.TimeoutExpired:
            if sys.stdout.isatty():
                print(f"  {time.monotonic() - started:.0f} s", end="\r", flush=True)


def environment_stamp() -> Stamp:
    """The environment is made from the lock, for one version of Python."""
    digest = digest_of([RUN_LOCK], platform.python_version())
    return Stamp(VENV / ".veneer-run", digest, (PYTHON,))


def make_environment() -> None:
    """Make .venv where it is missing or broken, then install the locked packages into it."""
    if not is_usable(PYTHON):
        create_venv()
    install(RUN_LOCK)


def is_usable(python: Path) -> bool:
    """Whether this interpreter starts, is new enough and has pip."""
    if not python.exists():
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([str(python), "-c", probe], capture_output=True, check=False).returncode == 0


def create_venv() -> None:
    """Create .venv from nothing with the Python that runs this file."""
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupError(
            "This Python cannot make environments, because its venv module is not complete. "
            f"Install it (Debian/Ubuntu: apt install python{version}-venv), then run make again."
        )
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(
            f"The environment in .venv could not be made: {error}. Mend that, then run make again."
        ) from error


def install(lock: Path) -> None:
    """Install a lock file; every package must have the hash that stands in it."""
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]
    why = f"Packages of {lock.name} could not be installed. Check the connection to the package index, then run make again."
    run(*pip, "--require-hashes", "--requirement", lock, why=why)


def testers_stamp() -> Stamp:
    """Test tools depend on their own lock and on the environment that they are added to."""
    return Stamp(
        VENV / ".veneer-test", digest_of([RUN_LOCK, TEST_LOCK], platform.python_version()), (PYTHON,)
    )


def make_testers() -> None:
    """Add pytest, the linters and the type checker to the environment."""
    install(TEST_LOCK)


def rivals_stamp() -> Stamp:
    """What the bench compares with depends on its own lock and on the environment that it is added to."""
    return Stamp(
        VENV / ".veneer-bench", digest_of([RUN_LOCK, BENCH_LOCK], platform.python_version()), (PYTHON,)
    )


def make_rivals() -> None:
    """Add what the bench compares with to the environment."""
    install(BENCH_LOCK)


def packages_stamp() -> Stamp:
    """node_modules is made from package-lock.json, for one kind of machine (esbuild is a binary)."""
    digest = digest_of([NODE_LOCK, ROOT / "package.json"], platform.system(), platform.machine())
    return Stamp(MODULES / ".veneer", digest)


def make_packages() -> None:
    """Install the locked browser packages; no package may run a script of its own."""
    why = "Browser packages could not be installed. Check the connection to the npm registry, then run make again."
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", why=why, environment=with_node())


def with_node() -> dict[str, str]:
    """The environment in which `node` and `npm` are found, from the machine or from the Python package."""
    try:
        return node_environment(VENV / "bin")
    except NodeMissing as error:
        raise SetupError(str(error)) from error


def bundle_stamp() -> Stamp:
    """The bundle is made from the theme's sources, the bundler and the packages."""
    sources = files_under(THEME, "**/*")
    tool = ROOT / "tools" / "bundle.mjs"
    return Stamp(BUILD / ".veneer", digest_of([*sources, tool, NODE_LOCK]), (BUILD / "manifest.json",))


def make_bundle() -> None:
    """Bundle the browser side into app/static/build."""
    why = "The browser side could not be bundled. The lines above name the file."
    run("node", ROOT / "tools" / "bundle.mjs", why=why, environment=with_node())


def texts_stamp() -> Stamp:
    """The catalogue is made from the parts of all rooms."""
    sources = [*files_under(TEXTS, "**/*.po"), ROOT / "tools" / "translations.py", RUN_LOCK]
    return Stamp(ROOT / "var" / "stamps" / "texts", digest_of(sources), (CATALOGUE,))


def make_texts() -> None:
    """Merge and compile the translations."""
    why = "The translations could not be compiled. The lines above name the text."
    run(PYTHON, ROOT / "tools" / "translations.py", "compile", why=why)


def demo_stamp() -> Stamp:
    """The demo is made from its generator, for today; with a database of one's own there is none to make."""
    if os.environ.get("DATABASE_URL"):
        return Stamp(Path(__file__), Path(__file__).read_text(encoding="utf-8"))
    digest = digest_of(files_under(ROOT / "demo", "**/*.py"), datetime.date.today().isoformat())
    return Stamp(ROOT / "var" / "stamps" / "demo", digest, (demo_folder(),))


def demo_folder() -> Path:
    """Where the demo's two files stand; the same setting as config.py's DEMO_DIR."""
    return ROOT / os.environ.get("DEMO_DIR", "var/demo")


def make_demo() -> None:
    """Write the demo anew with three years of history up to today, unless somebody works in it; it shows its progress."""
    done = subprocess.run([PYTHON, ROOT / "run.py", "demo", "--unless-edited"], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise SetupError("The demo could not be made. The lines above say why.")
