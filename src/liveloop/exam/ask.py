"""Which probes can be asked? Those of the house, and those a drill brings."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

from liveloop import probes
from liveloop.base.errors import BadInput
from liveloop.probe import Probe


@cache
def builtin_probes() -> dict[str, Probe]:
    """Find the probes of the house, by code: one file each, the folder is the registration.

    Examples
    --------
    >>> builtin_probes()["null"].question
    'What if a value that may be missing is missing?'
    """
    modules = (
        importlib.import_module(found.name) for found in pkgutil.iter_modules(probes.__path__, "liveloop.probes.")
    )
    return {probe.code: probe for module in modules for probe in probes_in(module)}


def own_probes(folder: Path) -> dict[str, Probe]:
    """Find the probes in a drill's own probes.py, by code; none when it has no such file.

    The file is the author's code and is executed with the rights of the app: load only folders you trust.
    """
    path = folder / "probes.py"
    if not path.is_file():
        return {}
    spec = importlib.util.spec_from_file_location(f"drill_{folder.name.replace('-', '_')}", path)
    if spec is None or spec.loader is None:
        raise BadInput("cannot be imported", where=str(path), allowed="a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as refusal:  # noqa: BLE001 - an author's file may raise anything; all of it is bad input
        raise BadInput(
            f"raised {type(refusal).__name__}: {refusal}", where=str(path), allowed="a file that imports"
        ) from None
    return {probe.code: probe for probe in probes_in(module)}


def probes_in(module: ModuleType) -> list[Probe]:
    """Make one of each Probe class that a module defines itself."""
    found = []
    for thing in vars(module).values():
        if isinstance(thing, type) and issubclass(thing, Probe) and thing.__module__ == module.__name__:
            found.append(thing())
    return found
