"""Where does a peer run whose dependencies clash with ours? In an environment of its own, made when first asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parents[1] / "build" / "bench"


def interpreter(name: str, *packages: str) -> str:
    """Give the Python of an environment that has some packages, each as pip takes it: `pyfixest==0.60.0`."""
    python = HOME / name / "bin" / "python"
    done = HOME / name / ".has"
    wanted = "\n".join(packages)
    if not done.is_file() or done.read_text() != wanted:
        print(f"setting up {', '.join(packages)} in {HOME.name}/{name}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME / name)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
        subprocess.run([str(python), *install], check=True)
        done.write_text(wanted)
    return str(python)
