"""Runner processes that are killed without warning, forked so that a new one is at work in milliseconds."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.process import BaseProcess

from tests.rules.world import World

fork = multiprocessing.get_context("fork")


def work(address: str, name: str) -> None:
    """A runner without an election: the claims alone must do."""
    world = World.open(address)
    sla = world.sla(name, channels=("mail",))
    while True:
        try:
            world.tick(sla)
        except Exception:  # noqa: BLE001 a locked database is tried again, as the runner does
            time.sleep(0.05)
        time.sleep(0.05)


def start(address: str, name: str) -> BaseProcess:
    process = fork.Process(target=work, args=(address, name), daemon=True)
    process.start()
    return process


class Pair:
    """Two runners at once."""

    def __init__(self, address: str) -> None:
        self.address, self.started, self.kills = address, 0, 0
        self.processes = [self._start(), self._start()]

    def _start(self) -> BaseProcess:
        self.started += 1
        return start(self.address, f"runner {self.started}")

    def kill_one(self) -> None:
        """kill -9 for one of them, and a new one in its place."""
        place = random.randrange(2)
        process = self.processes[place]
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        self.kills += 1
        self.processes[place] = self._start()

    def pause_one(self, seconds: float) -> None:
        """Freeze one of them, as a machine that swaps does, and let it go on."""
        process = random.choice(self.processes)
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGCONT)

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.join()
