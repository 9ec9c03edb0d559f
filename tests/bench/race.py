"""Contestants by turns in one run: absolute times are noise on a shared machine, ratios of one run are not."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Work = Callable[[], float]
"""Does a request and gives its seconds."""
FLOOR = "floor"
ENOUGH_SECONDS = 6.0
"""Whoever has used so much time is not asked again, after three rounds."""


@dataclass(frozen=True)
class Lap:
    """One kind of page: the goal as a multiple of the floor (0 = none), and everybody's median in seconds."""

    name: str
    goal: float
    medians: Mapping[str, float]

    def ratio(self, who: str) -> float:
        """A median as a multiple of the floor's."""
        return self.medians[who] / self.medians[FLOOR]


@dataclass
class Race:
    """All laps, in the order in which they were run."""

    rounds: int
    laps: list[Lap] = field(default_factory=list)

    def run(self, name: str, goal: float, contestants: Mapping[str, Work]) -> Lap:
        """Everybody by turns, `rounds` times; the first round warms and does not count where there are more."""
        times: dict[str, list[float]] = {who: [] for who in contestants}
        for number in range(self.rounds + (1 if self.rounds > 1 else 0)):
            for who, work in contestants.items():
                if len(times[who]) >= 3 and sum(times[who]) > ENOUGH_SECONDS:
                    continue
                seconds = work()
                if number or self.rounds == 1:
                    times[who].append(seconds)
        lap = Lap(name, goal, {who: statistics.median(found) for who, found in times.items()})
        self.laps.append(lap)
        return lap

    def table(self) -> str:
        """The laps as text: the floor in milliseconds, everybody else as its multiple."""
        names = list(dict.fromkeys(who for lap in self.laps for who in lap.medians if who != FLOOR))
        head = f"{'':<38}{'floor':>9}{'goal':>7}" + "".join(f"{name:>18}" for name in names)
        return "\n".join([head, *(_line(lap, names) for lap in self.laps)])


def _line(lap: Lap, names: list[str]) -> str:
    goal = f"{lap.goal:.1f}" if lap.goal else ""
    cells = (f"{lap.ratio(name):.1f} x" if name in lap.medians else "" for name in names)
    return f"{lap.name:<38}{lap.medians[FLOOR] * 1000:>6.1f} ms{goal:>7}" + "".join(f"{c:>18}" for c in cells)
