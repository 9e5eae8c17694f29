"""What is the interface, as a file from which the front end makes its types?

Run `python -m liveloop.web.openapi FILE`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from liveloop.base.errors import BadInput
from liveloop.base.settings import Settings
from liveloop.web.app import make_app


def describe() -> dict[str, Any]:
    """Describe the interface as OpenAPI.

    Examples
    --------
    >>> sorted(describe()["paths"])[0]
    '/api/archive'
    """
    with TemporaryDirectory() as home:
        return make_app(Settings(Path(home))).openapi()


def write(arguments: list[str]) -> None:
    """Write the description to the one file that is named."""
    if len(arguments) != 1:
        raise BadInput("one file is wanted", where="python -m liveloop.web.openapi", allowed="FILE")
    file = Path(arguments[0])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(describe(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        write(sys.argv[1:])
    except BadInput as refusal:
        sys.exit(str(refusal))
