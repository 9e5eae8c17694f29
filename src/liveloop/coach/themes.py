"""How well is each theme of the six weeks held, and how sure is that?

A theme is held as well as its skills are on average. What is not known of them is shared (an area, the person as a
whole), so the doubt about a theme is drawn from the whole belief: it does not shrink as if its skills were strangers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np

from liveloop.base.seeds import normals
from liveloop.coach.belief import logistic
from liveloop.coach.loop import Theme
from liveloop.coach.person import Person

DRAWS = 512


def hold_themes(person: Person, themes: Iterable[Theme], at: datetime) -> dict[str, tuple[float, float, float]]:
    """Say of each theme how well it is held at a moment: expected, and the central 80 % interval.

    Examples
    --------
    >>> from datetime import UTC
    >>> from liveloop.coach.loop import load_skills, load_themes
    >>> from liveloop.coach.person import know
    >>> held = hold_themes(know(list(load_skills()), []), load_themes(), datetime(2026, 3, 2, tzinfo=UTC))
    >>> [round(value, 1) for value in held["sql"]]
    [0.5, 0.3, 0.7]
    """
    belief, recall = person.belief, person.recall(at)
    size = len(belief.skills)
    noise = normals(12, "themes", np.arange(DRAWS * size)).reshape(DRAWS, size)
    shift = belief.faded(recall)
    chances = logistic(belief.mean + shift + noise @ np.linalg.cholesky(belief.cov + 1e-9 * np.eye(size)).T)
    alone = belief.held(recall)
    held = {}
    for theme in themes:
        places = belief.index(theme.skills)
        if places:
            expected = float(np.mean([alone[belief.skills[place]][0] for place in places]))
            low, high = np.quantile(chances[:, places].mean(axis=1), [0.1, 0.9])
            held[theme.id] = (expected, float(low), float(high))
    return held
