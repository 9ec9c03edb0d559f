"""Sets the project up step by step and skips each step whose sources have not changed (standard library only)."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import steps
from stamps import Stamp


@dataclass(frozen=True)
class Step:
    """One line of the set-up: what it is called, what it depends on, and how it is done."""

    name: str
    promise: str
    stamp: Callable[[], Stamp]
    do: Callable[[], None]


ENVIRONMENT = Step("python", "Python packages", steps.environment_stamp, steps.make_environment)
TESTERS = Step("tests", "test tools and linters", steps.testers_stamp, steps.make_testers)
RIVALS = Step("rivals", "what the bench compares with", steps.rivals_stamp, steps.make_rivals)
PACKAGES = Step("node", "browser packages", steps.packages_stamp, steps.make_packages)
BUNDLE = Step("bundle", "browser bundle", steps.bundle_stamp, steps.make_bundle)
TEXTS = Step("texts", "translations", steps.texts_stamp, steps.make_texts)
DEMO = Step("demo", "demo database", steps.demo_stamp, steps.make_demo)

GOALS = {
    "run": (ENVIRONMENT, PACKAGES, BUNDLE, TEXTS, DEMO),
    "test": (ENVIRONMENT, TESTERS, PACKAGES, BUNDLE, TEXTS),
    "bench": (ENVIRONMENT, TESTERS, RIVALS, PACKAGES, BUNDLE, TEXTS),
}


def wanted(goals: list[str]) -> list[Step]:
    """The steps of all goals, each once, in the order in which they build on one another."""
    return list(dict.fromkeys(step for goal in goals for step in GOALS[goal]))


def take(step: Step, place: str) -> None:
    """Do one step unless its stamp says that nothing changed; a stamp is written only after success."""
    stamp = step.stamp()
    if stamp.is_fresh():
        return
    print(f"[{place}] {step.promise} …", flush=True)
    started = time.monotonic()
    step.do()
    step.stamp().write()
    print(f"[{place}] {step.promise} ready in {time.monotonic() - started:.0f} s", flush=True)


def main(goals: list[str]) -> int:
    """Set up for the goals named on the command line; the exit code is 1 after a step that failed."""
    unknown = [goal for goal in goals if goal not in GOALS]
    if unknown or not goals:
        print(f"Say what to set up for: {', '.join(GOALS)}.", file=sys.stderr)
        return 2
    todo = wanted(goals)
    for number, step in enumerate(todo, start=1):
        try:
            take(step, f"{number}/{len(todo)}")
        except steps.SetupError as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
