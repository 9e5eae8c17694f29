"""Which skill is hard to learn before which other, and which are so alike that one teaches a little of the other?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NEEDS: Mapping[str, tuple[str, ...]] = {
    "stats.power": ("stats.ab-tests",),
    "stats.intervals": ("stats.rates",),
    "stats.clustering": ("stats.intervals",),
    "stats.thresholds": ("stats.rates",),
    "stats.cuped": ("stats.ab-tests", "stats.intervals"),
    "stats.multiple-looks": ("stats.ab-tests", "stats.power"),
    "stats.interference": ("stats.ab-tests", "stats.clustering"),
    "stats.non-compliance": ("stats.ab-tests",),
    "stats.post-stratification": ("stats.sampling",),
    "causal.did": ("causal.confounding",),
    "causal.iv": ("causal.confounding", "stats.non-compliance"),
    "causal.synthetic-control": ("causal.did",),
    "sql.empty-groups": ("sql.null",),
    "sql.time-joins": ("sql.fan-out",),
    "sql.rates": ("sql.conditional-aggregation", "sql.empty-groups"),
    "sql.windows": ("sql.deduplication",),
    "sql.retention": ("sql.time-joins",),
    "sql.funnel": ("sql.time-joins", "sql.conditional-aggregation"),
    "sql.sessionisation": ("sql.windows",),
    "sql.gaps-and-islands": ("sql.windows",),
    "sql.as-of-joins": ("sql.time-joins",),
    "sql.cost": ("sql.windows",),
    "sql.robustness": ("sql.null", "sql.fan-out"),
    "ml.proper-scores": ("ml.calibration",),
    "ml.cost-asymmetry": ("stats.thresholds",),
    "ml.over-refusal": ("ml.cost-asymmetry",),
    "ml.selective-labels": ("causal.confounding",),
    "ml.slices": ("stats.rates",),
    "python.ties": ("python.groups",),
    "python.late-facts": ("python.duplicates",),
    "python.time-series": ("python.groups",),
    "python.time-zones": ("python.time-series",),
    "python.vectorisation": ("python.groups",),
    "python.edge-cases": ("python.missing-values", "python.empty-input"),
    "design.features": ("design.framing",),
    "design.leakage": ("design.features",),
    "design.serving": ("design.framing",),
    "design.labels": ("ml.selective-labels",),
    "design.shadow": ("design.serving",),
    "design.rollback": ("design.drift", "design.shadow"),
    "design.retraining": ("design.drift", "design.labels"),
    "product.guardrails": ("product.metrics",),
    "product.trade-offs": ("product.metrics", "product.clarifying"),
    "product.diagnosis": ("product.metrics",),
    "platform.metrics": ("platform.assignment",),
    "platform.decisions": ("stats.multiple-looks",),
    "behaviour.ownership": ("behaviour.narrative",),
}
ALIKE = (
    ("sql.null", "python.missing-values"),
    ("sql.deduplication", "python.duplicates"),
    ("sql.empty-groups", "python.empty-input"),
    ("sql.time-zones", "python.time-zones"),
    ("sql.as-of-joins", "python.late-facts"),
    ("sql.as-of-joins", "design.features"),
    ("sql.rates", "stats.rates"),
    ("sql.windows", "python.time-series"),
    ("sql.reading-the-question", "python.reading-the-question"),
    ("sql.reading-the-question", "product.clarifying"),
    ("stats.thresholds", "python.thresholds"),
    ("stats.thresholds", "ml.cost-asymmetry"),
    ("ml.selective-labels", "design.labels"),
    ("product.guardrails", "design.rollback"),
    ("platform.assignment", "stats.ab-tests"),
    ("causal.confounding", "product.diagnosis"),
    ("behaviour.conflict", "behaviour.stakeholders"),
)


def places_of(skills: Sequence[str]) -> tuple[list[list[int]], list[list[int]]]:
    """Give, for each skill, the places of those it needs and of those it is linked with.

    Examples
    --------
    >>> needs, links = places_of(["sql.null", "sql.empty-groups", "python.empty-input"])
    >>> needs, links
    ([[], [0], []], [[1], [0, 2], [1]])
    """
    place = {skill: k for k, skill in enumerate(skills)}
    needs = [[place[other] for other in NEEDS.get(skill, ()) if other in place] for skill in skills]
    links: list[set[int]] = [set(there) for there in needs]
    for k, there in enumerate(needs):
        for other in there:
            links[other].add(k)
    for one, other in ALIKE:
        if one in place and other in place:
            links[place[one]].add(place[other])
            links[place[other]].add(place[one])
    return needs, [sorted(there) for there in links]
