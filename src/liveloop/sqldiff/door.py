"""Can both queries run at all, and what do they give on empty tables?"""

from __future__ import annotations

import numpy as np

from liveloop.sqldiff.arrays import Rows
from liveloop.sqldiff.database import Outcome
from liveloop.sqldiff.lateral import RESERVED
from liveloop.sqldiff.meet import is_late
from liveloop.sqldiff.mint import Mint
from liveloop.sqldiff.session import Session

_DATA = ("CONVERSION", "OUT OF RANGE", "INVALID INPUT")  # errors that hang on the rows


def first_run(
    session: Session, mint: Mint, texts: tuple[str, str], *, seconds: float
) -> tuple[str, tuple[Outcome, Outcome] | None]:
    """Run reference and attempt on empty tables: say why one cannot run at all, or give both outcomes.

    No outcomes when one of them fails there for its rows only.
    """
    nothing = {t.name: Rows(np.zeros(0, np.int32), np.zeros((0, len(t.columns)), np.int32)) for t in mint.schema.tables}
    session.load(mint.of(nothing, 1))
    outcomes = []
    for name, text in zip(("reference", "attempt"), texts, strict=True):
        refused = _reserved(text) or session.refuses(text)
        if refused is not None:
            return f"{name}: {_words(refused)}", None
        outcome = session.outcomes(text, seconds=seconds)[0]
        if not outcome.ran or is_late(outcome.error):
            return f"{name}: it does not end on empty tables within the time and memory allowed", None
        if outcome.cut:
            return f"{name}: it gives more than {len(outcome.rows)} rows on empty tables", None
        if outcome.error is not None and not outcome.error.upper().startswith(_DATA):
            return f"{name}: {_words(outcome.error)}", None
        outcomes.append(outcome)
    if any(outcome.error is not None for outcome in outcomes):
        return "", None
    return "", (outcomes[0], outcomes[1])


def _reserved(text: str) -> str | None:
    """Refuse names by which a text could reach behind the worlds."""
    return f"names that begin with {RESERVED} are not there" if RESERVED in text.lower() else None


def _words(error: str) -> str:
    return error.strip().splitlines()[0]
