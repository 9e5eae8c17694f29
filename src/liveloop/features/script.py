"""Which sources and views does a Python file of the user's own define?

The file is run, with all that its user may do: it is their own code, as if they had started it themselves.
"""

from __future__ import annotations

import runpy
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from liveloop.base.errors import BadInput, first_line
from liveloop.features.lineage import FeatureSet, Target
from liveloop.features.view import Source, View

ALLOWED = "a Python file that defines one FeatureSet, or sources and views"


def run_views(file: Path) -> tuple[FeatureSet, dict[str, Path]]:
    """Run a Python file, and take the one `FeatureSet` that it defines, or else its sources, views and target.

    What counts stands at the top of the file, under names that do not begin with an underscore, alone or in lists and
    tuples. A mapping named `files` says where the facts of each source lie, beside the file. What the file prints goes
    to standard error.

    Raises
    ------
    BadInput
        When it cannot be run, with the line and the reason; when it defines no views, or more than one set of them.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> text = '''
    ... from datetime import timedelta
    ... from liveloop.features.view import Source, View
    ... messages = Source("messages", ("user_id",))
    ... days = (timedelta(days=1), timedelta(days=7))
    ... counts = [View(f"count_{one.days}d", "messages", "user_id", "count", window=one) for one in days]
    ... files = {"messages": "messages.parquet"}
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "views.py"
    ...     written = file.write_text(text)
    ...     features, files = run_views(file)
    >>> [view.name for view in features.views], files["messages"].name
    (['count_1d', 'count_7d'], 'messages.parquet')
    """
    with _told_where(file):
        names = runpy.run_path(str(file), run_name=f"<views of {file.name}>")
        found = list(_things(names))
        sets = [one for one in found if isinstance(one, FeatureSet)]
        if len(sets) > 1:
            raise BadInput(f"it defines {len(sets)} FeatureSets", allowed="one; give others a name with an underscore")
        features = sets[0] if sets else _together(found)
        return features, _files(names.get("files", {}), features, file)


def _things(names: Mapping[str, Any]) -> Iterator[object]:
    """Give what stands under public names, each once."""
    seen: set[int] = set()
    for name, value in names.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if not name.startswith("_") and id(one) not in seen:
                seen.add(id(one))
                yield one


def _together(found: list[object]) -> FeatureSet:
    views = tuple(one for one in found if isinstance(one, View))
    sources = tuple(one for one in found if isinstance(one, Source))
    targets = [one for one in found if isinstance(one, Target)]
    for wanted, some in (("views", views), ("sources", sources)):
        if not some:
            raise BadInput(f"it defines no {wanted}", allowed=ALLOWED)
    if len(targets) > 1:
        raise BadInput(f"it defines {len(targets)} targets", allowed="one, or none")
    return FeatureSet(views, sources, targets[0] if targets else None)


def _files(said: object, features: FeatureSet, file: Path) -> dict[str, Path]:
    if not isinstance(said, Mapping) or not all(isinstance(one, (str, Path)) for one in said.values()):
        raise BadInput(f"files is {said!r}", allowed='files = {"messages": "messages.parquet"}')
    unknown = sorted(set(said) - set(features.by_source))
    if unknown:
        raise BadInput(f"files has {unknown[0]!r}, which is no source", allowed=", ".join(features.by_source))
    return {name: file.parent / one for name, one in said.items()}


@contextmanager
def _told_where(file: Path) -> Iterator[None]:
    """Let a file import what stands beside it; turn whatever it raises into a refusal with its line."""
    beside = str(file.parent.resolve())
    sys.path.insert(0, beside)
    try:
        with redirect_stdout(sys.stderr):
            yield
    except KeyboardInterrupt:  # the user's, who wants to stop
        raise
    except BaseException as error:  # the user's own code may raise anything
        where = f"{file.name}: line {line}" if (line := _line(error, file)) else file.name
        if isinstance(error, BadInput):
            inner = f"{where}: {error.where}" if error.where else where
            raise BadInput(error.wrong, where=inner, allowed=error.allowed) from error
        said = error.msg if isinstance(error, SyntaxError) and error.msg else first_line(error)
        raise BadInput(f"{type(error).__name__}: {said}", where=where, allowed=ALLOWED) from error
    finally:
        if beside in sys.path:
            sys.path.remove(beside)


def _line(error: BaseException, file: Path) -> int | None:
    """Give the line of the file on which it went wrong, the innermost one."""
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return lines[-1] if lines else None
