"""Is this folder a drill, and if not, what is wrong with it and where?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from liveloop.attempt import Kind
from liveloop.base.content import convert, read_text, read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.base.settings import Settings
from liveloop.drill import Drill, EstimatorForm, FeaturesForm, Pushback, PythonForm, Sample, SqlForm, WorldSettings
from liveloop.exam.ask import builtin_probes, own_probes
from liveloop.finding import Dimension
from liveloop.rubric import Criterion, Rubric

SUFFIX: dict[Kind, str] = {"sql": "sql", "python": "py", "features": "toml"}
CLEAN = "clean"
FIELDS = {
    "id": str,
    "title": str,
    "kind": Kind,
    "skills": tuple[str, ...],
    "week": int,
    "minutes": int,
    "difficulty": int,
    "probes": tuple[str, ...],
    "out_of_scope": tuple[str, ...],
    "world": dict[str, Any],
    "sql": SqlForm,
    "python": PythonForm,
    "estimator": EstimatorForm,
    "features": FeaturesForm,
}
FORMS: dict[Kind, tuple[str, ...]] = {"sql": ("sql",), "python": ("python", "estimator"), "features": ("features",)}
OPTIONAL = {"out_of_scope", "world", "sql", "python", "estimator", "features"}
RANGES = {"week": (1, 6), "minutes": (1, 120), "difficulty": (1, 5)}
FILES = {
    "drill.toml",
    "prompt.md",
    "rubric.toml",
    "pushbacks.toml",
    "after.md",
    "probes.py",
    "scenes.py",
    "attempts",
    "given",
}


def shelves() -> Path:
    """Find the folder of shelves that ships with the package (beside `src` in a checkout)."""
    package = Path(str(files("liveloop")))
    shipped = package / "_drills"
    return shipped if shipped.is_dir() else package.parents[1] / "drills"


def shelves_of(settings: Settings) -> tuple[Path, ...]:
    """List the folders of shelves that a person has: those that ship first, then their own."""
    return (shelves(), *settings.drills)


def find(*folders: Path) -> list[Path]:
    """List the drill folders under each of the given folders of shelves, sorted; under the shipped ones when none is.

    Examples
    --------
    >>> all((folder / "drill.toml").is_file() for folder in find())
    True
    """
    roots = folders or (shelves(),)
    return [path.parent for root in roots for path in sorted(root.glob("*/*/drill.toml"))]


def load_all(*folders: Path, tell: Callable[[BadInput], None] | None = None) -> dict[str, Drill]:
    """Load every drill, by slug; of two with the same slug or id the first counts.

    Raises
    ------
    BadInput
        For the first folder that is no drill; with `tell`, each such folder is told and left out.
    """
    drills: dict[str, Drill] = {}
    for folder in find(*folders):
        try:
            drill = load(folder)
            refuse_twin(drill, drills)
        except BadInput as refusal:
            if tell is None:
                raise
            tell(refusal)
        else:
            drills[drill.slug] = drill
    return drills


def refuse_twin(drill: Drill, drills: Mapping[str, Drill]) -> None:
    """Refuse a drill whose slug or id another one has."""
    for other in drills.values():
        if drill.slug == other.slug or drill.id == other.id:
            same = "slug" if drill.slug == other.slug else "id"
            raise BadInput(
                f"it has the {same} of {other.folder}", where=str(drill.folder), allowed=f"a {same} of its own"
            )


def load(folder: Path) -> Drill:
    """Load one drill folder.

    Raises
    ------
    BadInput
        For a missing or unknown file, an unknown field, a value out of range, a text that is not UTF-8: with the
        file, the field and what is allowed.
    """
    fields = read_fields(folder)
    kind: Kind = fields["kind"]
    reference = folder / f"reference.{SUFFIX[kind]}"
    refuse_strangers(folder, FILES | {reference.name})
    check_probes(folder, fields["probes"], kind)
    return Drill(
        id=fields["id"],
        slug=folder.name,
        shelf=folder.parent.name,
        title=fields["title"],
        kind=kind,
        skills=fields["skills"],
        week=fields["week"],
        minutes=fields["minutes"],
        difficulty=fields["difficulty"],
        world=WorldSettings(fields.get("world", {})),
        probes=fields["probes"],
        out_of_scope=fields.get("out_of_scope", ()),
        prompt=read_text(folder / "prompt.md"),
        given={path.name: read_text(path) for path in sorted((folder / "given").glob("*")) if path.is_file()},
        reference=read_text(reference),
        rubric=read_rubric(folder / "rubric.toml"),
        pushbacks=read_pushbacks(folder / "pushbacks.toml", (*fields["probes"], CLEAN, "any")),
        after=read_text(folder / "after.md"),
        samples=read_samples(folder / "attempts", SUFFIX[kind], fields["probes"]),
        folder=folder,
        sql=fields.get("sql"),
        python=fields.get("python"),
        estimator=fields.get("estimator"),
        features=fields.get("features"),
    )


def read_fields(folder: Path) -> dict[str, Any]:
    """Read and validate drill.toml."""
    path = folder / "drill.toml"
    raw = read_toml(path)
    refuse_unknown(raw, FIELDS, path)
    for name in FIELDS:
        if name not in raw and name not in OPTIONAL:
            raise BadInput(f"the field {name!r} is missing", where=str(path), allowed=", ".join(FIELDS))
    fields = {name: convert(FIELDS[name], value, path, name) for name, value in raw.items()}
    for name, (low, high) in RANGES.items():
        if not low <= fields[name] <= high:
            raise BadInput(f"{name} is {fields[name]}", where=str(path), allowed=f"{low} to {high}")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", folder.name):
        raise BadInput(
            f"the folder is called {folder.name!r}", where=str(folder), allowed="lower-case words joined by -"
        )
    forms = FORMS[fields["kind"]]
    if sum(form in fields for form in forms) != 1:
        allowed = " or ".join(f"[{form}]" for form in forms)
        raise BadInput("the table that says what is handed in is missing", where=str(path), allowed=allowed)
    for name in ("skills", "probes"):
        if not fields[name]:
            raise BadInput(f"{name} is empty", where=str(path), allowed="at least one")
    return fields


def read_rubric(path: Path) -> Rubric:
    """Read rubric.toml: [weights] by dimension, [[criterion]] for a person to judge."""
    raw = read_toml(path)
    refuse_unknown(raw, ("weights", "criterion"), path)
    weights = convert(dict[str, float], raw.get("weights", {}), path, "weights")
    refuse_unknown(weights, get_args(Dimension), path, "weights")
    if not weights or min(weights.values()) < 0 or sum(weights.values()) <= 0:
        raise BadInput(
            "the weights do not add up to something positive", where=str(path), allowed="weights of 0 or more"
        )
    criteria = []
    for item in raw.get("criterion", []):
        refuse_unknown(item, ("id", "question", "good", "weight"), path, "criterion")
        criteria.append(convert(Criterion, item, path, "criterion"))
    if not criteria:
        raise BadInput("there is no [[criterion]]", where=str(path), allowed="at least one")
    return Rubric(tuple(criteria), weights)


def read_pushbacks(path: Path, whens: Iterable[str]) -> tuple[Pushback, ...]:
    """Read pushbacks.toml: [[pushback]] with when, says, good."""
    raw = read_toml(path)
    refuse_unknown(raw, ("pushback",), path)
    pushbacks = []
    allowed = tuple(whens)
    for item in raw.get("pushback", []):
        refuse_unknown(item, ("when", "says", "good"), path, "pushback")
        pushback: Pushback = convert(Pushback, item, path, "pushback")
        if pushback.when not in allowed:
            raise BadInput(f"pushback.when is {pushback.when!r}", where=str(path), allowed=", ".join(allowed))
        pushbacks.append(pushback)
    if not pushbacks:
        raise BadInput("there is no [[pushback]]", where=str(path), allowed="at least one")
    return tuple(pushbacks)


def read_samples(folder: Path, suffix: str, probes: tuple[str, ...]) -> tuple[Sample, ...]:
    """Read the shipped attempts; the name before -- is the outcome: clean, or probe codes joined with +."""
    samples = []
    for path in sorted(folder.glob("*")):
        outcome, dashes, _ = path.stem.partition("--")
        codes = () if outcome == CLEAN else tuple(sorted(outcome.split("+")))
        strange = [code for code in codes if code not in probes]
        if not dashes or strange or path.suffix != f".{suffix}":
            raise BadInput(
                f"the sample is called {path.name!r}",
                where=str(folder),
                allowed=f"OUTCOME--words.{suffix}, OUTCOME being {CLEAN} or codes of {', '.join(probes)} joined with +",
            )
        samples.append(Sample(path.stem, read_text(path), codes))
    return tuple(samples)


def check_probes(folder: Path, codes: tuple[str, ...], kind: Kind) -> None:
    """Refuse a probe that neither the house nor the drill has, or that cannot be asked of this kind."""
    known = {**builtin_probes(), **own_probes(folder)}
    for code in codes:
        if code not in known or kind not in known[code].skill:
            allowed = ", ".join(sorted(name for name, probe in known.items() if kind in probe.skill))
            raise BadInput(f"no probe {code!r} for {kind}", where=f"{folder}/drill.toml", allowed=allowed)


def refuse_strangers(folder: Path, known: set[str]) -> None:
    """Refuse a file that means nothing, such as a misspelt prompt.md."""
    for path in sorted(folder.iterdir()):
        if path.name not in known and path.name != "__pycache__":
            raise BadInput(f"unknown file {path.name!r}", where=str(folder), allowed=", ".join(sorted(known)))
