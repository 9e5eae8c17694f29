"""Which numbers does a regression run on: from columns by name, or from a formula?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput, first_line
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.randomised.absorb import refuse_constant, taken_out

INTERCEPT = "intercept"
MOST_LABELS = 1_000


@dataclass(frozen=True, eq=False)
class Matrix:
    """What a regression runs on.

    Parameters
    ----------
    outcome
        [row]
    design
        [row, parameter]; the intercept is the first column, unless the formula leaves it out.
    effects
        Groups whose means are to be taken out, by the name of their column.
    """

    frame: Frame
    outcome_name: str
    outcome: Floats
    names: tuple[str, ...]
    design: Floats
    effects: dict[str, Groups]


@dataclass(frozen=True)
class Wanted:
    """Which columns are asked for, by their part; `formula` alone, or the columns."""

    formula: str = ""
    outcome: str = ""
    treatment: str = ""
    covariates: tuple[str, ...] = ()
    absorb: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        named = self.outcome or self.treatment or self.covariates
        if self.formula and named:
            raise BadInput("a formula was given and columns too", where="formula", allowed="one of them")
        if not self.formula and not (self.outcome and (self.treatment or self.covariates)):
            raise BadInput("there is nothing to regress, or nothing to regress it on", where="outcome",
                           allowed="a formula; or an outcome with a treatment or covariates")  # fmt: skip


def names_of(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """Give one name, several or none as a tuple, each once.

    Examples
    --------
    >>> names_of("firm"), names_of(["firm", "year", "firm"]), names_of(None)
    (('firm',), ('firm', 'year'), ())
    """
    if given is None or not given:
        return ()
    return (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))


def matrix_of(data: Any, wanted: Wanted, *, control: object = None) -> Matrix:  # noqa: ANN401 - any table
    """Read what is wanted, and refuse what is missing."""
    return _from_formula(data, wanted) if wanted.formula else _from_columns(data, wanted, control)


def _from_columns(data: Any, wanted: Wanted, control: object) -> Matrix:  # noqa: ANN401 - any table
    terms = names_of((wanted.treatment, *wanted.covariates) if wanted.treatment else wanted.covariates)
    if wanted.outcome in terms:
        raise BadInput(f"{wanted.outcome!r} is the outcome and a regressor too", where=wanted.outcome,
                       allowed="other columns as regressors")  # fmt: skip
    frame = read_frame(data, (wanted.outcome, *terms, *wanted.absorb, *wanted.others))
    y = frame.numbers(wanted.outcome, "outcome")
    names, columns = [INTERCEPT], [np.ones(frame.rows)]
    for name in terms:
        role, base = ("treatment", control) if name == wanted.treatment else ("covariate", None)
        for label, column in _columns_of(frame, name, role, base):
            names.append(label)
            columns.append(column)
    effects = {name: frame.groups(name, "absorbed column") for name in wanted.absorb}
    return Matrix(frame, wanted.outcome, y, tuple(names), np.column_stack(columns), effects)


def is_text(frame: Frame, name: str) -> bool:
    """Say whether a column holds labels rather than numbers."""
    if not frame.has(name):
        return False
    kind = frame.table.schema.field(name).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _columns_of(frame: Frame, name: str, role: str, base: object) -> list[tuple[str, Floats]]:
    """Give a column of numbers as it is; of labels as one column for each label but the base."""
    if not is_text(frame, name):
        return [_one_column(frame, name, role, base)]
    found = frame.arms(name, control=base) if role == "treatment" else frame.groups(name, role)
    if found.count < 2:
        raise BadInput(f"{role} {name!r} is {found.labels[0]!r} in all {frame.rows} rows", where=name,
                       allowed="a column that varies")  # fmt: skip
    if found.count > MOST_LABELS:
        raise BadInput(f"{role} {name!r} has {found.count} labels", where=name,
                       allowed=f"at most {MOST_LABELS}; absorb it instead")  # fmt: skip
    return [
        (f"{name}[{label}]", (found.codes == code).astype(np.float64))
        for code, label in enumerate(found.labels)
        if code
    ]


def _one_column(frame: Frame, name: str, role: str, base: object) -> tuple[str, Floats]:
    column = frame.numbers(name, role)
    if (column == column[0]).all():
        raise BadInput(f"{role} {name!r} is {column[0]:g} in all {frame.rows} rows", where=name,
                       allowed="a column that varies")  # fmt: skip
    if base is None:
        return name, column
    arms = frame.two_arms(name, control=base)
    return name, arms.codes.astype(np.float64)


def _from_formula(data: Any, wanted: Wanted) -> Matrix:  # noqa: ANN401 - any table
    try:
        formulaic = import_module("formulaic")  # an extra, and without types
    except ImportError as missing:
        raise BadInput("formulaic is not installed", where="formula",
                       allowed="pip install 'liveloop[fe]'; or name the columns instead") from missing  # fmt: skip
    model, _, behind = wanted.formula.partition("|")
    effects_named = tuple(part.strip() for part in behind.split("+") if part.strip())
    absorb = names_of((*effects_named, *wanted.absorb))
    try:
        parsed = formulaic.Formula(model)
        needed = tuple(sorted(str(name) for name in parsed.required_variables))
        outcome_name = str(parsed.lhs)
    except (AttributeError, formulaic.errors.FormulaicError) as error:
        raise _unreadable(error) from error
    frame = read_frame(data, (*needed, *absorb, *wanted.others))
    for name in needed:  # what is missing is named, not dropped
        _ = frame.groups(name) if is_text(frame, name) else frame.numbers(name)
    try:
        made = formulaic.model_matrix(parsed, frame.table.select(needed).to_pandas(), na_action="raise", context={})
    except (formulaic.errors.FormulaicError, ValueError) as error:
        raise _unreadable(error) from error
    if made.lhs.shape[1] != 1 or not made.rhs.shape[1]:
        raise BadInput(f"{made.lhs.shape[1]} outcomes and {made.rhs.shape[1]} regressors", where="formula",
                       allowed="one outcome, and a regressor or more")  # fmt: skip
    names = tuple(INTERCEPT if name == "Intercept" else str(name) for name in made.rhs.columns)
    effects = {name: frame.groups(name, "absorbed column") for name in absorb}
    y, x = (np.asarray(side, np.float64) for side in (made.lhs.iloc[:, 0], made.rhs))
    _refuse_undefined(outcome_name, y[:, None], (outcome_name,))
    _refuse_undefined("the regressors", x, names)
    return Matrix(frame, outcome_name, y, names, x, effects)


def _unreadable(error: Exception) -> BadInput:
    return BadInput(f"the formula cannot be read: {first_line(error)}", where="formula",
                    allowed="such as 'y ~ t + x', 'y ~ t * x + C(week)', 'y ~ t | firm + year'")  # fmt: skip


def _refuse_undefined(what: str, numbers: Floats, names: Sequence[str]) -> None:
    bad = (~np.isfinite(numbers)).sum(axis=0)
    if bad.any():
        worst = names[int(np.argmax(bad))]
        raise BadInput(f"{what}: {worst!r} is no finite number in {bad.max()} of {len(numbers)} rows", where=worst,
                       allowed="a formula that is defined in every row")  # fmt: skip


def within(matrix: Matrix, weights: Floats | None) -> tuple[tuple[str, ...], Floats, Floats]:
    """Give names, outcome and design with the means of the absorbed groups taken out; the intercept goes with them."""
    if not matrix.effects:
        return matrix.names, matrix.outcome, matrix.design
    kept = [at for at, name in enumerate(matrix.names) if name != INTERCEPT]
    names = tuple(matrix.names[at] for at in kept)
    if not kept:
        raise BadInput("there is no regressor beside what is absorbed", where="absorb",
                       allowed="a treatment or covariates")  # fmt: skip
    before = np.column_stack([matrix.outcome, matrix.design[:, kept]])
    after = taken_out(before, list(matrix.effects.values()), weights)
    refuse_constant(before[:, 1:], after[:, 1:], names, list(matrix.effects))
    return names, after[:, 0], after[:, 1:]
