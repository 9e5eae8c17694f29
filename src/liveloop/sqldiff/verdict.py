"""What came of a comparison of two queries?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from liveloop.sqldiff.cause import NONE, Explanation
from liveloop.sqldiff.database import Database, Outcome
from liveloop.sqldiff.reached import Branch


@dataclass(frozen=True)
class Limits:
    """How long to search, and how results are compared.

    Parameters
    ----------
    seconds
        For the search; a witness is then made smaller and replayed in a little more. All seconds here are of work
        (`liveloop.base.budget`): on a busy machine one lasts longer than the clock's, up to four times.
    worlds
        At most so many are tried.
    tolerance
        Numbers agree within it, relative to the larger one where that is above 1.
    ordered
        Whether the order of rows matters where the query asks for one.
    any_zone
        Whether sessions may be in other zones than UTC: an attempt that gives something else there, where the
        reference does not, differs. Else 24 hours and a day are the same.
    by_name
        Compare columns by their names where both queries give the same names, else by position.
    explain_seconds
        For the search for the mistake, once a witness is there; 0 for none.
    branch_seconds
        To see which branches of both queries were reached, where no difference was found; 0 for none.
    """

    seconds: float = 2.0
    worlds: int = 1_000_000
    tolerance: float = 1e-9
    ordered: bool = False
    any_zone: bool = False
    by_name: bool = False
    explain_seconds: float = 3.0
    branch_seconds: float = 1.0


@dataclass(frozen=True)
class Witness:
    """A legal database on which the queries differ.

    Parameters
    ----------
    expected, got
        What the reference and the attempt give there.
    missing, extra
        Which rows of `expected` the attempt does not give, and which rows of `got` the reference does not.
    smallest
        Whether it is proven that no part of a larger witness, this one's rows left out one or several at a time,
        shows the difference.
    """

    database: Database
    expected: Outcome
    got: Outcome
    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    smallest: bool = False


@dataclass(frozen=True)
class Verdict:
    """What was found.

    `kind` is "differs", with a witness; "unsteady": the attempt gives now the one, now the other of the witness's
    results, as a tie falls, where the reference always gives the same; "none found" in so many worlds, which proves
    nothing; or "cannot run", with the reason. `explanation` says what the mistake is, where one was found. Where no
    difference was found, `reached` lists branches of both queries and whether the databases reached them.
    """

    kind: Literal["differs", "unsteady", "none found", "cannot run"]
    worlds: int
    seconds: float
    witness: Witness | None = None
    reason: str = ""
    explanation: Explanation = NONE
    reached: tuple[Branch, ...] = ()
