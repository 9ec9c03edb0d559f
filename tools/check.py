"""Runs every linter, one line each; all run even when an early one fails, so that one call shows everything."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
TOOLS: dict[str, tuple[str, ...]] = {
    "ruff": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "templates": ("djlint", "--lint", "--quiet", "app/theme/templates"),
    "house": ("lint-imports",),
    "texts": ("python", "tools/translations.py", "missing"),
}


def passes(name: str, command: tuple[str, ...]) -> bool:
    """Run one tool; what it says is shown only when it complains."""
    started = time.monotonic()
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    print(f"{name:10} {'passed' if done.returncode == 0 else 'FAILED'}  {seconds:5.1f} s", flush=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def main(names: list[str]) -> int:
    """Run the tools that are named, or all; the exit code is 1 when one complains."""
    unknown = [name for name in names if name not in TOOLS]
    if unknown:
        print(f"There is no check called {unknown[0]}. Say one of: {', '.join(TOOLS)}.", file=sys.stderr)
        return 2
    results = [passes(name, TOOLS[name]) for name in names or TOOLS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
