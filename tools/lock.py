"""Writes the locks anew: requirements*.txt from requirements*.in with hashes, and package-lock.json from package.json."""

import subprocess
import sys
from pathlib import Path

from node import node_environment

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
# No index address goes into the files, so that they hold for any mirror; all platforms and Python versions are covered.
OPTIONS = (
    "--quiet", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate",
    "--universal", "--python-version", "3.11",
)  # fmt: skip


def main() -> int:
    """Write all locks; an upgrade is asked for by `make lock` after a change of the .in files."""
    for name in ("requirements", "requirements-dev", "requirements-bench"):
        command: list[str | Path] = [
            BIN / "uv",
            "pip",
            "compile",
            *OPTIONS,
            f"{name}.in",
            "--output-file",
            f"{name}.txt",
        ]
        subprocess.run(command, cwd=ROOT, check=True)
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(npm, cwd=ROOT, env=node_environment(BIN), check=True)
    print("requirements*.txt and package-lock.json are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
