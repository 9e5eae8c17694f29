"""Which broken trials speak for which probe, once every other explanation has been heard?"""

from __future__ import annotations

from collections.abc import Sequence

from liveloop.probe import Probe, Trial

MOST_REPLAYED = 24


def broken_trials(trials: Sequence[Trial]) -> list[Trial]:
    """List the trials that broke, the smallest first."""
    return sorted((trial for trial in trials if trial.broke), key=lambda trial: trial.size)


def settle(broken: dict[str, list[Trial]]) -> dict[str, list[Trial]]:
    """Leave each probe the broken trials that no other finding explains.

    A trial counts for nothing when a probe in its `unless` found something of its own: something that is not in turn
    explained by the probe of the trial.
    """
    return {
        code: [trial for trial in some if not any(_stands(broken, other, code) for other in trial.contrast.unless)]
        for code, some in broken.items()
    }


def _stands(broken: dict[str, list[Trial]], code: str, beside: str) -> bool:
    """Say whether a probe found something that `beside` does not explain, nor any third probe that stands alone."""
    if code.endswith("!"):
        return _alone(broken, code.removesuffix("!"))
    for trial in broken.get(code, ()):
        unless = trial.contrast.unless
        if beside not in unless and not any(_alone(broken, other) for other in unless):
            return True
    return False


def _alone(broken: dict[str, list[Trial]], code: str) -> bool:
    return any(not trial.contrast.unless for trial in broken.get(code.removesuffix("!"), ()))


def is_default(probe: Probe) -> bool:
    """Say whether a probe judges by its smallest broken trial, as most do."""
    return type(probe).judge is Probe.judge
