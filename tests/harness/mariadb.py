"""A private MariaDB server for the tests, made from the mariadbd on this machine and gone after the run."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pymysql

PLACES = (
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/opt/homebrew/opt/mariadb/bin",
)
START_SECONDS = 60
OPTIONS = (
    "--bind-address=127.0.0.1",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--innodb-buffer-pool-size=128M",
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-log-file-size=64M",
    "--max-connections=300",
    "--skip-log-bin",
    "--skip-name-resolve",
)


def find(program: str) -> str | None:
    """The path of one of MariaDB's programs, or None; it is often outside a user's PATH."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    return shutil.which(program, path=path)


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent() -> None:
    """On Linux, ask the kernel to end this process when the tests end, even when they are killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Server:
    """A running server: the folder of its data, its port and its process."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The address for SQLAlchemy, as the account that may do everything, without a database."""
        return f"mysql+pymysql://root@127.0.0.1:{self.port}/?charset=utf8mb4"

    @property
    def log_path(self) -> Path:
        """What the server wrote while starting and running."""
        return self.folder / "error.log"

    def stop(self) -> None:
        """End the server by its process and remove its data."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def install(folder: Path) -> list[str]:
    """Write the system tables of a new server into `folder` and return what every start needs to be told."""
    common = ["--no-defaults", f"--datadir={folder / 'data'}"]
    if os.geteuid() == 0:
        common.append("--user=root")
    command = [find("mariadb-install-db") or "mariadb-install-db", *common]
    command += ["--auth-root-authentication-method=normal", "--skip-test-db"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"mariadb-install-db failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return common


def start(folder: Path, *options: str) -> Server:
    """Start a server with its data in `folder`; raises RuntimeError with the end of its log when it does not come up."""
    folder.mkdir(parents=True, exist_ok=True)
    common, port = install(folder), free_port()
    own = [f"--port={port}", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}"]
    (folder / "tmp").mkdir(exist_ok=True)
    own.append(
        f"--tmpdir={folder / 'tmp'}"
    )  # a server that starts clears the temporary tables of others in there
    command = [find("mariadbd") or "mariadbd", *common, *own, *OPTIONS, *options]
    with (folder / "error.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent)  # noqa: PLW1509 - the harness has no threads at this point
    server = Server(folder, port, process)
    wait_for(server)
    return server


def wait_for(server: Server) -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            pymysql.connect(host="127.0.0.1", port=server.port, user="root").close()
        except pymysql.err.OperationalError:
            time.sleep(0.1)
        else:
            return
    tail = server.log_path.read_text(errors="replace")[-2000:]
    server.stop()
    raise RuntimeError(f"mariadbd did not answer within {START_SECONDS} s:\n{tail}")
