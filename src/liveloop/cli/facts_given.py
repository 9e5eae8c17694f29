"""What do the files and words mean that a command of features is given?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from liveloop.base.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

    from liveloop.features.files import Written

MOST_SAID = 60  # characters
KINDS = {
    "int": "a whole number", "uint": "a whole number", "decimal": "a number, as 1.50", "bool": "true or false",
    "date": "a date, as 2026-01-05", "timestamp": "a time, as 2026-01-05T09:00:00Z",
}  # fmt: skip


def read_facts_given(views: Path, facts: Sequence[str] | None) -> tuple[Written, dict[str, pa.Table], dict[str, Path]]:
    """Read the views, the facts of each of their sources, and say where these lie."""
    from liveloop.features.facts import facts_table

    written, files = files_given(views, facts)
    with placed(files, written):
        return written, {name: facts_table(one, files[name]) for name, one in written.features.by_source.items()}, files


def read_log_given(
    log: Path, views: Path, facts: Sequence[str] | None
) -> tuple[Written, dict[str, pa.Table], dict[str, Path], int | None]:
    """Read the views, and the facts of their sources from the log of a live store, or from files where it has none.

    Also give the moment, in microseconds, from which on the log has all that the views may ask for.
    """
    from liveloop.features.facts import facts_table
    from liveloop.features.files import read_views
    from liveloop.features.log import facts_of_log
    from liveloop.features.prune import refuse_let_go

    written, held = read_views(views), facts_of_log(log)
    tables, since = held.facts, refuse_let_go(written.features, held.compacted, log)
    sources, files = written.features.by_source, dict.fromkeys(tables, log)
    for name, file in _named_files(facts, written).items():
        if name in files:
            raise BadInput(f"{log} holds the facts of {name!r}", where="--facts", allowed="sources that it has none of")
        with placed({name: file}, written):
            files[name], tables[name] = file, facts_table(sources[name], file)
    missing = [name for name in sources if name not in tables]
    if missing:
        raise BadInput(f"it holds no facts of {missing[0]!r}", where=str(log), allowed=f"--facts {missing[0]}=FILE")
    return written, tables, files, since


def files_given(views: Path, facts: Sequence[str] | None) -> tuple[Written, dict[str, Path]]:
    """Read the views, and find the file of the facts of each of their sources."""
    from liveloop.features.files import read_views

    written = read_views(views)
    files = dict(written.files) | _named_files(facts, written)
    missing = [name for name in written.features.by_source if name not in files]
    if missing:
        raise BadInput(f"no file for {missing[0]!r}", where="--facts",
                       allowed=f"--facts {missing[0]}=FILE, or file = in the views")  # fmt: skip
    return written, files


def _named_files(facts: Sequence[str] | None, written: Written) -> dict[str, Path]:
    """Read SOURCE=FILE."""
    files: dict[str, Path] = {}
    for one in facts or []:
        name, _, file = one.partition("=")
        if name not in written.features.by_source or not file:
            raise BadInput(f"it is {one!r}", where="--facts", allowed="SOURCE=FILE, of the sources "
                           + ", ".join(written.features.by_source))  # fmt: skip
        files[name] = Path(file)
    return files


def out_given(out: Path, suffix: str, inputs: Iterable[Path] = ()) -> None:
    """Refuse to write what a name does not say, or over what is read."""
    if out.suffix.lower() != suffix:
        raise BadInput(f"it is {_said(out.name)}", where="--out", allowed=f"a name that ends in {suffix}")
    for one in inputs:
        if one.exists() and out.exists() and one.samefile(out):
            raise BadInput(f"{out} is read from", where="--out", allowed="another file")


@contextmanager
def placed(files: Mapping[str, Path], written: Written) -> Iterator[None]:
    """Say of facts that are refused in which file they stand."""
    views = {view.name for view in written.features.views}
    try:
        yield
    except BadInput as refusal:
        for name, file in files.items():
            if refusal.where.startswith(f"{name}.") or (refusal.where == name and name not in views):
                raise BadInput(refusal.wrong, where=f"{file}: {refusal.where}", allowed=refusal.allowed) from refusal
        raise


def keys_given(given: Sequence[str], tables: Mapping[str, pa.Table], written: Written) -> dict[str, Any]:
    """Read KEY=VALUE, each once; a value is of the kind that the facts have, and what is not there yet has none."""
    from liveloop.features.view import every_view

    sources, views = written.features.sources, every_view(written.features.views)
    asked = dict.fromkeys(view.by for view in views if view.through is None)
    apart = dict.fromkeys(view.apart_from for view in views if view.apart_from is not None)
    allowed = ", ".join([*(f"{name}=VALUE" for name in asked if name not in apart),
                         *(f"{name}=VALUE, or {name}= where there is none yet" for name in apart)])  # fmt: skip
    made: dict[str, Any] = {}
    for one in given:
        name, is_said, value = one.partition("=")
        held = [some.schema.field(name).type for some in tables.values() if name in some.column_names]
        if not is_said or (not value and name not in apart):
            raise BadInput(f"it is {_said(one)}", where="key", allowed=f"KEY=VALUE: {allowed}")
        if not held or name not in {key for source in sources for key in (*source.entities, *source.about)}:
            raise BadInput(f"nothing is known by {_said(name)}", where="key", allowed=allowed)
        if name in made:
            raise BadInput(f"{name} is said twice", where="key", allowed=f"once {name}=VALUE")
        made[name] = _key(name, value, held) if value else None
    for name in (*asked, *apart):
        if name not in made:
            raise BadInput(f"nothing is said of {name}", where="key", allowed=allowed)
    return made


def _key(name: str, value: str, held: Sequence[pa.DataType]) -> Any:  # noqa: ANN401 - a key of any kind
    """Read a key as the first kind of those that the facts have that it can be."""
    import pyarrow as pa

    for kind in held:
        whole = pa.types.is_integer(kind)
        if pa.types.is_null(kind):  # there is not one key, so it is of any kind
            return value
        if whole and not re.fullmatch(r"-?[0-9]{1,20}", value):
            continue
        try:
            return (pa.scalar(int(value), kind) if whole else pa.scalar(value).cast(kind)).as_py()
        except (pa.ArrowException, ValueError, OverflowError):
            continue
    allowed = (next((says for start, says in KINDS.items() if str(one).startswith(start)), f"a {one}") for one in held)
    raise BadInput(f"{name} is {_said(value)}", where="key", allowed=", or ".join(dict.fromkeys(allowed)))


def _said(text: str) -> str:
    """Quote what was given, and of what is long its beginning."""
    return repr(text) if len(text) <= MOST_SAID else f"{text[:MOST_SAID]!r} and {len(text) - MOST_SAID:,} more"


def micros_given(text: str, option: str) -> int:
    """Read a moment with its zone, as microseconds since 1970, UTC."""
    from liveloop.features.facts import EPOCH
    from liveloop.features.training import micros

    return micros(moment_given(text, option) - EPOCH)


def moment_given(text: str, option: str = "--at") -> datetime:
    """Read a moment with its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"it is {text!r}", where=option, allowed="a time with a zone, as 2026-01-05T09:00:00Z"
        ) from error
    if moment.tzinfo is None:
        raise BadInput(f"{text} has no zone", where=option, allowed="a time with a zone, as 2026-01-05T09:00:00Z")
    return moment


def ties_given(text: str) -> Any:  # noqa: ANN401 - one of two words
    """Read what is known of ties."""
    from liveloop.features.training import Ties

    if text not in get_args(Ties):
        raise BadInput(f"it is {text!r}", where="--ties", allowed=", ".join(get_args(Ties)))
    return text


def bytes_given(text: str) -> int:
    """Read a size, as 4GB."""
    found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([kMGT]?)B?", text.strip())
    made = int(float(found[1]) * 1000 ** " kMGT".index(found[2] or " ")) if found else 0
    if not made:
        raise BadInput(f"it is {_said(text)}", where="--memory", allowed="a size, as 4GB or 500MB")
    return made
