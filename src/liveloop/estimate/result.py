"""What does an estimator say: a number with its interval, what that rests on, and what could show that it is wrong?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from liveloop.estimate.door import refuse_level
from liveloop.estimate.words import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Convention:
    """The same value with another standard error: what another habit, or another library, would give.

    Parameters
    ----------
    name
        The correction, such as "CR1" or "HC2".
    df
        Degrees of freedom of the t distribution; None for the normal one.
    """

    name: str
    standard_error: float
    df: float | None
    low: float
    high: float
    p_value: float | None


@dataclass(frozen=True)
class Diagnostic:
    """Something that the data say about an assumption.

    Parameters
    ----------
    holds
        False where the data speak against the assumption, True where they had the chance to and do not, None where
        the figure is to be read by a person.
    """

    name: str
    value: float
    says: str
    holds: bool | None = None


@dataclass(frozen=True)
class Estimate:
    """One estimated effect.

    Parameters
    ----------
    what
        The estimand in words.
    value
        In units of the outcome.
    low, high
        Ends of the interval that covers the truth in a share `level` of all experiments; infinite where the data leave
        an end open.
    level
        Nominal coverage of the interval.
    standard_error, p_value
        None where the method has none. `p_value` is two-sided and of the null that the effect is 0, unless `what` says
        otherwise.
    df
        Degrees of freedom of the t distribution that was used; None for a normal or another one.
    method, correction
        The estimator, and the convention by which its standard error and df were made.
    counts
        How many there are at each level, from rows up to clusters, by arm where that matters.
    assumes
        What must hold for the interval to cover.
    diagnostics
        What the data say about that.
    warnings
        What the reader must know before using the value.
    conventions
        The same value under other conventions.

    Examples
    --------
    >>> made = normal_estimate("a mean", 1.0, 0.5, level=0.95, method="by hand")
    >>> round(made.low, 2), round(made.high, 2), round(made.p_value, 3)
    (0.02, 1.98, 0.046)
    """

    what: str
    value: float
    low: float
    high: float
    level: float
    method: str
    standard_error: float | None = None
    p_value: float | None = None
    df: float | None = None
    correction: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    assumes: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    warnings: tuple[str, ...] = ()
    conventions: tuple[Convention, ...] = ()

    def __post_init__(self) -> None:
        refuse_level(self.level)

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval does not hold 0."""
        return self.low > 0 or self.high < 0

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold; an end that is open is None."""
        made: dict[str, Any] = _plain(self)
        return made

    def __str__(self) -> str:
        error = "" if self.standard_error is None else f", standard error {short(self.standard_error)}"
        name = ", ".join(part for part in (self.method, self.correction) if part)
        between = f"{short(self.low)} to {short(self.high)}"
        return f"{self.what}: {short(self.value)} ({self.level:.0%} interval {between}{error}; {name})"

    def _repr_html_(self) -> str:
        """Show in a notebook."""
        from liveloop.estimate.show import html_of  # noqa: PLC0415 - only notebooks ask for it

        return html_of(self)

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the value and its interval, with those of other conventions below it; on `axes` where given."""
        from liveloop.estimate.show import draw  # noqa: PLC0415 - matplotlib is heavy

        return draw([self], axes)


@dataclass(frozen=True)
class Estimates:
    """Several effects of one analysis, such as those of each period, in order.

    Parameters
    ----------
    rows
        By name.
    covariance
        Of the values, row by row in the same order; empty where it is not known.
    joint_p_value
        Of the null that all of them are 0; None where it was not asked.

    Examples
    --------
    >>> two = Estimates("both", {"a": normal_estimate("a", 1.0, 0.5), "b": normal_estimate("b", 0.0, 0.5)})
    >>> list(two), two["a"].value
    (['a', 'b'], 1.0)
    """

    what: str
    rows: Mapping[str, Estimate]
    covariance: tuple[tuple[float, ...], ...] = ()
    joint_p_value: float | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    warnings: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Estimate:
        return self.rows[name]

    def __iter__(self) -> Any:  # noqa: ANN401 - an iterator of names
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        made: dict[str, Any] = _plain(self)
        return made

    def __str__(self) -> str:
        return "\n".join([self.what, *(f"  {name}: {one}" for name, one in self.rows.items())])

    def _repr_html_(self) -> str:
        """Show in a notebook."""
        from liveloop.estimate.show import html_of  # noqa: PLC0415 - only notebooks ask for it

        return html_of(*self.rows.values(), title=self.what, names=tuple(self.rows))

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw all values and their intervals, on `axes` where given."""
        from liveloop.estimate.show import draw  # noqa: PLC0415 - matplotlib is heavy

        return draw(list(self.rows.values()), axes, names=tuple(self.rows))


def interval(value: float, standard_error: float, df: float | None, level: float) -> tuple[float, float, float]:
    """Give both ends of a symmetric interval and the two-sided p-value, by t or, where `df` is None, by the normal.

    Examples
    --------
    >>> [round(one, 3) for one in interval(2.0, 1.0, 10, 0.95)]
    [-0.228, 4.228, 0.073]
    """
    refuse_level(level)
    if standard_error <= 0:
        return value, value, 1.0 if value == 0 else 0.0
    away = -abs(value) / standard_error
    if df is None or math.isinf(df):
        half, tail = float(ndtri(0.5 + level / 2)), float(ndtr(away))
    else:
        half, tail = float(stdtrit(df, 0.5 + level / 2)), float(stdtr(df, away))
    return value - half * standard_error, value + half * standard_error, 2 * tail


def convention(name: str, value: float, standard_error: float, df: float | None, level: float) -> Convention:
    """Make a convention of a standard error and its df."""
    low, high, p_value = interval(value, standard_error, df, level)
    return Convention(name, standard_error, df, low, high, p_value)


def normal_estimate(
    what: str,
    value: float,
    standard_error: float,
    *,
    df: float | None = None,
    level: float = 0.95,
    method: str = "",
    **rest: Any,  # noqa: ANN401 - further fields of Estimate
) -> Estimate:
    """Make an estimate with a symmetric interval; further fields of `Estimate` by name."""
    low, high, p_value = interval(value, standard_error, df, level)
    return Estimate(
        what, value, low, high, level, method, standard_error=standard_error, p_value=p_value, df=df, **rest
    )


def _plain(thing: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    if is_dataclass(thing):
        return {one.name: _plain(getattr(thing, one.name)) for one in fields(thing)}
    if isinstance(thing, Mapping):
        return {str(name): _plain(value) for name, value in thing.items()}
    if isinstance(thing, (tuple, list)):
        return [_plain(one) for one in thing]
    if isinstance(thing, float) and not math.isfinite(thing):
        return None
    return thing
