"""How is a zygote started, and how is it known to be alive?"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from liveloop.exam.sandbox import landlock, levels, seccomp, view
from liveloop.exam.sandbox.limits import MIB, Level

BOOT_SECONDS: Final = 60.0
FILE_BYTES: Final = 32 * MIB
SCRATCH_BYTES: Final = 64 * MIB
THREADS: Final = 256
# One thread per library: a job has one core's worth, and pools that exist before a fork are dead after it.
ENVIRONMENT: Final = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "ARROW_IO_THREADS": "1",
    "PATH": "/nonexistent",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
}
_CODE: Final = (
    "import json, sys; settings = json.loads(sys.argv[1]); sys.path[:] = settings['import_path'];"
    "from liveloop.exam.sandbox.zygote import serve; serve(settings)"
)


@dataclass
class Zygote:
    """A started zygote as the app sees it."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    folder: str | None
    log: Any
    sending: threading.Lock = field(default_factory=threading.Lock)
    cells: frozenset[str] = frozenset()
    failed: dict[str, str] = field(default_factory=dict)

    def wait_ready(self) -> None:
        """Wait until it is warm; RuntimeError with its own words when it is not."""
        self.control.settimeout(BOOT_SECONDS)
        line = b""
        while not line.endswith(b"\n"):
            try:
                more = self.control.recv(65536)
            except TimeoutError:
                more = b""
            if not more:
                self.process.kill()
                self.process.wait()
                raise RuntimeError(f"the sandbox did not start: {self.last_words()}")
            line += more
        said = json.loads(line)
        self.cells, self.failed = frozenset(said["ready"]), said["failed"]
        self.control.settimeout(None)

    def last_words(self) -> str:
        """Give the end of what the zygote wrote to its stderr."""
        try:
            said = os.pread(self.log.fileno(), 1 << 20, 0)[-2000:].decode(errors="replace").strip()
        except (OSError, ValueError):  # another thread has ended it
            return "its log is closed"
        return said or "it said nothing"

    def end(self) -> None:
        """End it with all its jobs, and remove its scratch."""
        self.control.close()
        try:
            self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def launch(level: Level, *, slots: int) -> Zygote:
    """Start a zygote; it dies with the thread that called this, so call it from one that stays."""
    seen = view.look()
    ours, theirs = socket.socketpair()
    folder = None if level == "bwrap" else tempfile.mkdtemp(prefix="liveloop-")
    filtered, _ = seccomp.available()
    version = 0 if level == "process" else landlock.abi()
    settings = {
        "control": theirs.fileno(),
        "import_path": seen.import_path,
        "environment": ENVIRONMENT,
        "scratches": _scratches(folder, slots),
        "filtered": filtered,
        "landlock_version": version,
        "file_bytes": FILE_BYTES,
        "scratch_bytes": 0 if level == "bwrap" else SCRATCH_BYTES,
        "threads": THREADS if level == "bwrap" else None,
        "devices": view.DEVICES,
        "level": level,
        "watch": {"read": [*seen.read, *view.DEVICES], "package": seen.package, "pieces": seen.pieces()},
        **_lists(level, seen),
    }
    words = [seen.interpreter, "-s", "-S", "-P", "-B", "-X", "utf8", "-c", _CODE, json.dumps(settings)]
    if level == "bwrap":
        wrapper, _ = levels.find_bwrap()
        hidden = view.wrap(seen, scratches=slots, scratch_bytes=SCRATCH_BYTES)
        words = [str(wrapper), *hidden, "--setenv", "PYTHONHASHSEED", "0", *words]
    log = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the zygote ends
    process = subprocess.Popen(
        words,
        env={} if level == "bwrap" else {"PYTHONHASHSEED": "0"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=[theirs.fileno()],
        cwd=folder or "/",
        start_new_session=True,
    )
    theirs.close()
    return Zygote(process, ours, folder, log)


def _scratches(folder: str | None, slots: int) -> list[str]:
    paths = [str(Path(folder or "/scratch", str(slot))) for slot in range(slots)]
    for path in paths if folder else ():
        Path(path).mkdir(0o700)
    return paths


def _lists(level: Level, seen: view.View) -> dict[str, Sequence[str]]:
    """List what Landlock lets jobs read: inside the mounts all, outside the view piece by piece."""
    if level == "bwrap":
        return {"read": ["/"], "list": []}
    read = [*view.SYSTEM, *view.MACHINE, *seen.pieces()]
    for path in seen.read:
        if Path(seen.package).is_relative_to(path):  # installed: all of site-packages but liveloop's own folder
            inside = Path(seen.package).relative_to(path).parts
            read += _all_but(Path(path), inside)
        else:
            read.append(path)
    return {"read": read, "list": [*seen.read, *seen.import_path]}


def _all_but(folder: Path, inside: tuple[str, ...]) -> list[str]:
    others = [str(entry) for entry in folder.iterdir() if entry.name != inside[0]]
    return others + (_all_but(folder / inside[0], inside[1:]) if inside[1:] else [])
