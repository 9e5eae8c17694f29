"""What does the zygote load before it forks, and how much memory does it hold then?"""

from __future__ import annotations

import importlib
import mmap
import os
import platform
import resource
import traceback
from collections.abc import Callable
from pathlib import Path

PRELOAD = (
    "numpy", "pandas", "polars", "scipy.stats", "scipy.special", "scipy.optimize", "scipy.sparse", "duckdb",
    "pyarrow", "pyarrow.compute", "pyarrow.ipc", "sqlglot", "sqlglot.optimizer", "zoneinfo", "pytz", "tzdata",
    "bisect", "collections", "dataclasses", "datetime", "decimal", "fractions", "functools", "heapq", "inspect",
    "itertools", "json", "math", "operator", "random", "re", "statistics", "string", "textwrap", "typing",
)  # fmt: skip


def import_libraries() -> dict[str, str]:
    """Import what attempts use; give what is missing. Nothing here may start a thread: a fork leaves it behind."""
    missing = {}
    for name in PRELOAD:
        try:
            importlib.import_module(name)
        except ImportError as error:
            missing[name] = str(error)
    return missing


def load_cells() -> tuple[dict[str, Callable[[bytes], bytes]], dict[str, str]]:
    """Import every cell beside this file; give their `main` by name, and the failures."""
    cells, failed = {}, {}
    for path in sorted(Path(__file__).parent.glob("cell_*.py")):
        name = path.stem.removeprefix("cell_")
        try:
            module = importlib.import_module(f"liveloop.exam.sandbox.{path.stem}")
            getattr(module, "warm", lambda: None)()
            cells[name] = module.main
        except Exception:  # noqa: BLE001 - one cell that cannot be imported must not take the others along
            failed[name] = traceback.format_exc(limit=-3)
    return cells, failed


def measure_data() -> int | None:
    """Find how many bytes RLIMIT_DATA counts for this process; None where it cannot be limited.

    /proc is not there to ask, so a fork tries limits until one lets a mapping through.
    """
    if platform.system() != "Linux":
        return None
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, str(_bisect_data()).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123
        found = pipe.read()
    os.waitpid(pid, 0)
    return int(found) if found else None


def _bisect_data() -> int:  # pragma: no cover - runs in a fork that measures
    low, high = 0, 64 << 30
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    while high - low > 1 << 20:
        middle = (low + high) // 2
        resource.setrlimit(resource.RLIMIT_DATA, (middle, hard))
        try:
            mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
            high = middle
        except (OSError, MemoryError):
            low = middle
    return high
