"""Which probes can be asked? Those of the house, and those a drill brings."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import StrictStr, TypeAdapter, ValidationError

from liveloop import probes
from liveloop.attempt import Kind
from liveloop.base.errors import BadInput
from liveloop.exam.sceneprobe import SceneProbe
from liveloop.finding import Dimension
from liveloop.probe import Probe
from liveloop.scene import Scene

SHAPE: dict[str, TypeAdapter[Any]] = {
    "code": TypeAdapter(StrictStr),
    "question": TypeAdapter(StrictStr),
    "why": TypeAdapter(StrictStr),
    "dimension": TypeAdapter(Dimension),
    "skill": TypeAdapter(dict[Kind, StrictStr]),
}


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
    """Find the probes that a drill brings, in its own probes.py and scenes.py, by code; none when it has no such file.

    The files are the author's code and are executed with the rights of the app: load only folders you trust. Each is
    executed once, and again only when it was changed.

    Raises
    ------
    BadInput
        When a file cannot be imported, whatever it raises, or when a probe in it cannot be made or lacks something.
    """
    found: dict[str, Probe] = {scene.code: SceneProbe(scene) for scene in scenes(folder)}
    path = folder / "probes.py"
    module = _own(path)
    if module is None:
        return found
    try:
        made = probes_in(module)
        faults = [fault for probe in made for fault in faults_of(probe)]
    except Exception as refusal:  # noqa: BLE001 - an author's class may raise anything
        raise _raised(refusal, path) from None
    if faults:
        raise BadInput(faults[0], where=str(path), allowed="code, question, why: texts; dimension; skill: by kind")
    return found | {probe.code: probe for probe in made}


def _raised(refusal: BaseException, path: Path) -> BadInput:
    return BadInput(f"raised {type(refusal).__name__}: {refusal}", where=str(path), allowed="a file that imports")


def scenes(folder: Path) -> tuple[Scene, ...]:
    """Find the scenes in a drill's scenes.py; none when it has no such file."""
    module = _own(folder / "scenes.py")
    if module is None:
        return ()
    found = getattr(module, "SCENES", ())
    if not found or not all(isinstance(scene, Scene) for scene in found):
        raise BadInput("there are no SCENES", where=str(folder / "scenes.py"), allowed="SCENES, a tuple of Scene")
    return tuple(found)


def _own(path: Path) -> ModuleType | None:
    if not path.is_file():
        return None
    state = path.stat()
    return _module(path.absolute(), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _module(path: Path, mtime_ns: int, size: int) -> ModuleType:
    del mtime_ns, size  # they tell one state of the file from another
    name = f"drill_{path.parent.name.replace('-', '_')}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadInput("cannot be imported", where=str(path), allowed="a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look their own module up
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as refusal:  # noqa: BLE001 - an author's file may raise anything, sys.exit() too
        raise _raised(refusal, path) from None
    return module


def faults_of(probe: Probe) -> list[str]:
    """Say what a probe lacks of what each must declare, or declares amiss."""
    name, faults = type(probe).__name__, []
    for field, shape in SHAPE.items():
        try:
            value = getattr(probe, field)
            shape.validate_python(value)
        except AttributeError:
            faults.append(f"the probe {name} has no {field}")
        except ValidationError:
            faults.append(f"the {field} of the probe {name} is {value!r}")
        else:
            if not value:
                faults.append(f"the {field} of the probe {name} is empty")
    return faults


def probes_in(module: ModuleType) -> list[Probe]:
    """Make one of each Probe class that a module defines itself."""
    found = []
    for thing in vars(module).values():
        if isinstance(thing, type) and issubclass(thing, Probe) and thing.__module__ == module.__name__:
            found.append(thing())
    return found
