"""A server that is stopped with Ctrl-C or by the system ends without a word of complaint, its runner included."""

from __future__ import annotations

import time
from pathlib import Path

from tests.harness.serving import end, serving

PATIENCE_SECONDS = 30


def test_the_runner_of_a_server_ends_without_a_traceback(tmp_path: Path):
    with serving(tmp_path, INLINE_RUNNER="yes", RUNNER_POLL_SECONDS="1") as server:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "leads" not in server.log.read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
        end(server.process)
        said = server.log.read_text()
    assert "leads" in said
    assert "Traceback" not in said, said
    assert "ERROR" not in said, said
