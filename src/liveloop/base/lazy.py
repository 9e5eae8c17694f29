"""How does a package offer its names without loading what stands behind them?"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module


def named(package: str, name: str, homes: Mapping[str, Sequence[str]]) -> object:
    """Load a name from the module where it is at home, once: the package has it from then on.

    Raises
    ------
    AttributeError
        When no module has it.

    Examples
    --------
    >>> named("liveloop.base", "BadInput", {"errors": ("BadInput",)}).__name__
    'BadInput'
    """
    for home, names in homes.items():
        if name in names:
            made: object = getattr(import_module(f"{package}.{home}"), name)
            setattr(sys.modules[package], name, made)
            return made
    raise AttributeError(f"module {package!r} has no attribute {name!r}")
