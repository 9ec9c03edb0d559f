"""Stamps: a small file that remembers a hash of what a set-up step was made from."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stamp:
    """`path` holds the hash of the sources at the last success; `makes` are files that must still exist."""

    path: Path
    digest: str
    makes: tuple[Path, ...] = ()

    def is_fresh(self) -> bool:
        """Whether the step was done for exactly these sources and its results are still there."""
        if not all(made.exists() for made in self.makes):
            return False
        return self.path.is_file() and self.path.read_text(encoding="utf-8") == self.digest

    def write(self) -> None:
        """Remember the hash; called after the step has succeeded."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.digest, encoding="utf-8")


def files_under(root: Path, *patterns: str) -> list[Path]:
    """Files below `root` that match one of the patterns, sorted; none when the folder is missing."""
    found = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
    return sorted(found)


def digest_of(files: Iterable[Path], *words: str) -> str:
    """A hash over names and contents of the files, and over the words; a missing file counts as empty."""
    total = hashlib.sha256()
    for word in words:
        total.update(word.encode() + b"\0")
    for path in files:
        total.update(str(path).encode() + b"\0")
        total.update(path.read_bytes() if path.is_file() else b"")
        total.update(b"\0")
    return total.hexdigest()
