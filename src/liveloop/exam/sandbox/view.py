"""Which paths of this machine does foreign code see?

Only what Python and its libraries need: the interpreter, the site-packages, the system's shared libraries, the time
zones, and of liveloop the cells and what they stand on. No drills, no worlds, no journal, no home.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
PIECES = ("__init__.py", "base", "exam/__init__.py", "exam/sandbox", "sqldiff")
SYSTEM = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo",
    "/etc/ld.so.cache", "/etc/localtime",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
# What glibc, jemalloc and DuckDB read of the machine in passing; DuckDB aborts when it is there but refused.
MACHINE = ("/sys/devices/system/cpu", "/sys/fs/cgroup", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/self")


@dataclass(frozen=True)
class View:
    """What a job sees: the interpreter to start, its import path, the directories to read."""

    interpreter: str
    import_path: tuple[str, ...]
    read: tuple[str, ...]
    package: str

    def pieces(self) -> list[str]:
        """List the parts of liveloop that a job may read."""
        return [str(Path(self.package, piece)) for piece in PIECES]


def look() -> View:
    """Find the interpreter behind any virtual environment, and the libraries it imports from.

    Examples
    --------
    >>> view = look()
    >>> any("drills" in path for path in (*view.read, *view.pieces()))
    False
    """
    interpreter = os.path.realpath(sys.executable)
    standard = [sysconfig.get_path("stdlib"), *(path for path in sys.path if Path(path).name == "lib-dynload")]
    sites = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    found = [path for path in dict.fromkeys([*standard, *sites]) if Path(path).is_dir()]
    prefix = os.path.realpath(sys.base_prefix)
    library = [] if prefix == "/usr" else [str(Path(prefix, "lib"))]
    wanted = [interpreter, *library, *found]
    return View(
        interpreter=interpreter,
        import_path=(*found, str(PACKAGE.parent)),
        read=tuple(path for path in dict.fromkeys(wanted)),
        package=str(PACKAGE),
    )


def wrap(view: View, *, scratches: int, scratch_bytes: int) -> list[str]:
    """Write bubblewrap's arguments for this view: everything else is an empty, read-only file system."""
    words = [
        "--unshare-user",
        "--unshare-all",
        "--disable-userns",
        "--uid",
        "65534",
        "--gid",
        "65534",
        "--hostname",
        "sandbox",
    ]
    words += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    for path in SYSTEM:
        words += (
            ["--symlink", str(Path(path).readlink()), path] if _is_link_dir(path) else ["--ro-bind-try", path, path]
        )
    for path in view.read:
        words += ["--ro-bind", path, path]
        if _is_link_dir(path):
            words += ["--ro-bind", os.path.realpath(path), os.path.realpath(path)]
    words += ["--size", str(1 << 20), "--tmpfs", view.package]
    for piece in view.pieces():
        words += ["--ro-bind", piece, piece]
    words += ["--remount-ro", view.package, "--size", str(1 << 20), "--tmpfs", "/dev"]
    for path in DEVICES:
        words += ["--dev-bind", path, path]
    words += ["--remount-ro", "/dev", "--dir", "/proc", "--dir", "/scratch"]
    for slot in range(scratches):
        words += ["--size", str(scratch_bytes), "--tmpfs", f"/scratch/{slot}"]
    return [*words, "--remount-ro", "/", "--chdir", "/"]


def _is_link_dir(path: str) -> bool:
    return Path(path).is_symlink() and Path(path).is_dir()
