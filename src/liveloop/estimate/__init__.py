"""What did a change do, by how much, and how sure is that? Experiments and causal inference.

A table in, a frozen `Estimate` out: with its interval, what it assumes, and what could show that it is wrong. Each name
is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liveloop.base.lazy import named

if TYPE_CHECKING:
    from liveloop.estimate.changes.bacon import bacon_decomposition
    from liveloop.estimate.changes.events import event_study
    from liveloop.estimate.changes.grouptime import group_time_effects
    from liveloop.estimate.changes.honest import honest_interval, honest_trends
    from liveloop.estimate.changes.imputed import imputed_effects
    from liveloop.estimate.changes.interaction import interaction_weighted_effects
    from liveloop.estimate.changes.many import many_group_time_effects
    from liveloop.estimate.changes.power import pre_trend_power
    from liveloop.estimate.changes.stacked import stacked_effects
    from liveloop.estimate.changes.two_period import difference_in_differences
    from liveloop.estimate.changes.twoway import two_way_fixed_effects
    from liveloop.estimate.comparison.checks import leave_one_out, placebo_in_time
    from liveloop.estimate.comparison.difference import SyntheticDifference, synthetic_difference
    from liveloop.estimate.comparison.predictors import Predictor
    from liveloop.estimate.comparison.report import Synthetic
    from liveloop.estimate.comparison.synthetic import augmented_synthetic_control, synthetic_control
    from liveloop.estimate.compliance.anderson_rubin import SetEstimate, anderson_rubin, anderson_rubin_test
    from liveloop.estimate.compliance.balke_pearl import balke_pearl_bounds
    from liveloop.estimate.compliance.compliers import complier_characteristics
    from liveloop.estimate.compliance.instruments import endogeneity, first_stage, overidentification, weak_instruments
    from liveloop.estimate.compliance.late import intention_to_treat, late
    from liveloop.estimate.compliance.lee import lee_bounds
    from liveloop.estimate.compliance.limited_information import gmm, liml
    from liveloop.estimate.compliance.manski import manski_bounds, missing_outcome_bounds
    from liveloop.estimate.compliance.partial import Bounds, imbens_manski
    from liveloop.estimate.compliance.two_stage import two_stage_coefficients, two_stage_least_squares
    from liveloop.estimate.compliance.valid_t import tf_interval, valid_critical
    from liveloop.estimate.interference.bipartite import bipartite
    from liveloop.estimate.interference.carryover import carryover_test
    from liveloop.estimate.interference.cluster import cluster_total
    from liveloop.estimate.interference.ego import ego_clusters
    from liveloop.estimate.interference.exposure import exposure_effects
    from liveloop.estimate.interference.focal import spillover_test
    from liveloop.estimate.interference.network import Network, network_of
    from liveloop.estimate.interference.periods import switchback_blocks
    from liveloop.estimate.interference.pooled import pooled_saturation
    from liveloop.estimate.interference.saturation import two_stage
    from liveloop.estimate.interference.spillover import spillover_regression
    from liveloop.estimate.interference.switch_regression import switchback_regression
    from liveloop.estimate.interference.switchback import switchback
    from liveloop.estimate.interference.two_designs import compare_designs
    from liveloop.estimate.longterm.adaptation import adaptation
    from liveloop.estimate.longterm.cookies import cookie_day
    from liveloop.estimate.longterm.exposure import effect_path
    from liveloop.estimate.longterm.holdout import holdout, winners_curse
    from liveloop.estimate.longterm.novelty import novelty
    from liveloop.estimate.longterm.power import holdout_power
    from liveloop.estimate.longterm.surrogate import surrogate_index
    from liveloop.estimate.looks.asymptotic import asymptotic_sequence
    from liveloop.estimate.looks.bounded import bounded_sequence
    from liveloop.estimate.looks.group import group_sequential
    from liveloop.estimate.looks.many import many_sequences
    from liveloop.estimate.looks.plan import LookPlan, plan_looks
    from liveloop.estimate.looks.sequence import ConfidenceSequence
    from liveloop.estimate.looks.sprt import mixture_sprt
    from liveloop.estimate.observed.augmented import aipw
    from liveloop.estimate.observed.balanced import entropy_balance
    from liveloop.estimate.observed.deconfounder import deconfounder
    from liveloop.estimate.observed.evalue import bias_factor, e_value
    from liveloop.estimate.observed.front import front_door
    from liveloop.estimate.observed.matching import match
    from liveloop.estimate.observed.omitted import adjusted, omitted_confounder, partial_r2, robustness_value
    from liveloop.estimate.observed.overlap import overlap, propensity
    from liveloop.estimate.observed.partial import partially_linear
    from liveloop.estimate.observed.rosenbaum import effect_bounds, rosenbaum_bounds
    from liveloop.estimate.observed.standardised import standardise
    from liveloop.estimate.observed.weighting import ipw
    from liveloop.estimate.randomised.audit import audit
    from liveloop.estimate.randomised.difference import difference
    from liveloop.estimate.randomised.guardrail import Guarded, guardrail
    from liveloop.estimate.randomised.mismatch import mismatch, mismatch_by, mismatch_of_counts
    from liveloop.estimate.randomised.past import power_from, trial_from
    from liveloop.estimate.randomised.permutation import permutation_test
    from liveloop.estimate.randomised.population import to_population
    from liveloop.estimate.randomised.power import (
        Planned,
        Trial,
        minimum_detectable_effect,
        power,
        ratio_deviation,
        size_needed,
        units_needed,
    )
    from liveloop.estimate.randomised.predicted import predicted
    from liveloop.estimate.randomised.quantile import quantile_effect, quantile_effects
    from liveloop.estimate.randomised.ratio import ratio
    from liveloop.estimate.randomised.regression import regression
    from liveloop.estimate.randomised.several import adjust_several, several
    from liveloop.estimate.randomised.strata import stratified, stratum_effects
    from liveloop.estimate.randomised.tails import trimmed, winsorised
    from liveloop.estimate.randomised.wild import wild_bootstrap
    from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates
    from liveloop.estimate.size.compress import compress
    from liveloop.estimate.size.large import large_difference, large_ratio
    from liveloop.estimate.threshold.checks import by_bandwidth, by_donut, covariate_jumps, placebo_cutoffs
    from liveloop.estimate.threshold.density import density_jump
    from liveloop.estimate.threshold.discontinuity import discontinuity
    from liveloop.estimate.whole.analysis import analyse
    from liveloop.estimate.whole.design import Design

_HOMES = {
    "changes.bacon": ("bacon_decomposition",),
    "changes.events": ("event_study",),
    "changes.grouptime": ("group_time_effects",),
    "changes.honest": ("honest_interval", "honest_trends"),
    "changes.imputed": ("imputed_effects",),
    "changes.interaction": ("interaction_weighted_effects",),
    "changes.many": ("many_group_time_effects",),
    "changes.power": ("pre_trend_power",),
    "changes.stacked": ("stacked_effects",),
    "changes.two_period": ("difference_in_differences",),
    "changes.twoway": ("two_way_fixed_effects",),
    "comparison.checks": ("leave_one_out", "placebo_in_time"),
    "comparison.difference": ("SyntheticDifference", "synthetic_difference"),
    "comparison.predictors": ("Predictor",),
    "comparison.report": ("Synthetic",),
    "comparison.synthetic": ("augmented_synthetic_control", "synthetic_control"),
    "compliance.anderson_rubin": ("SetEstimate", "anderson_rubin", "anderson_rubin_test"),
    "compliance.balke_pearl": ("balke_pearl_bounds",),
    "compliance.compliers": ("complier_characteristics",),
    "compliance.instruments": ("endogeneity", "first_stage", "overidentification", "weak_instruments"),
    "compliance.late": ("intention_to_treat", "late"),
    "compliance.lee": ("lee_bounds",),
    "compliance.limited_information": ("gmm", "liml"),
    "compliance.manski": ("manski_bounds", "missing_outcome_bounds"),
    "compliance.partial": ("Bounds", "imbens_manski"),
    "compliance.two_stage": ("two_stage_coefficients", "two_stage_least_squares"),
    "compliance.valid_t": ("tf_interval", "valid_critical"),
    "interference.bipartite": ("bipartite",),
    "interference.carryover": ("carryover_test",),
    "interference.cluster": ("cluster_total",),
    "interference.ego": ("ego_clusters",),
    "interference.exposure": ("exposure_effects",),
    "interference.focal": ("spillover_test",),
    "interference.network": ("Network", "network_of"),
    "interference.periods": ("switchback_blocks",),
    "interference.pooled": ("pooled_saturation",),
    "interference.saturation": ("two_stage",),
    "interference.spillover": ("spillover_regression",),
    "interference.switch_regression": ("switchback_regression",),
    "interference.switchback": ("switchback",),
    "interference.two_designs": ("compare_designs",),
    "longterm.adaptation": ("adaptation",),
    "longterm.cookies": ("cookie_day",),
    "longterm.exposure": ("effect_path",),
    "longterm.holdout": ("holdout", "winners_curse"),
    "longterm.novelty": ("novelty",),
    "longterm.power": ("holdout_power",),
    "longterm.surrogate": ("surrogate_index",),
    "looks.asymptotic": ("asymptotic_sequence",),
    "looks.bounded": ("bounded_sequence",),
    "looks.group": ("group_sequential",),
    "looks.many": ("many_sequences",),
    "looks.plan": ("LookPlan", "plan_looks"),
    "looks.sequence": ("ConfidenceSequence",),
    "looks.sprt": ("mixture_sprt",),
    "observed.augmented": ("aipw",),
    "observed.balanced": ("entropy_balance",),
    "observed.deconfounder": ("deconfounder",),
    "observed.evalue": ("bias_factor", "e_value"),
    "observed.front": ("front_door",),
    "observed.matching": ("match",),
    "observed.omitted": ("adjusted", "omitted_confounder", "partial_r2", "robustness_value"),
    "observed.overlap": ("overlap", "propensity"),
    "observed.partial": ("partially_linear",),
    "observed.rosenbaum": ("effect_bounds", "rosenbaum_bounds"),
    "observed.standardised": ("standardise",),
    "observed.weighting": ("ipw",),
    "randomised.audit": ("audit",),
    "randomised.difference": ("difference",),
    "randomised.guardrail": ("Guarded", "guardrail"),
    "randomised.mismatch": ("mismatch", "mismatch_by", "mismatch_of_counts"),
    "randomised.past": ("power_from", "trial_from"),
    "randomised.permutation": ("permutation_test",),
    "randomised.population": ("to_population",),
    "randomised.power": (
        "Planned",
        "Trial",
        "minimum_detectable_effect",
        "power",
        "ratio_deviation",
        "size_needed",
        "units_needed",
    ),
    "randomised.predicted": ("predicted",),
    "randomised.quantile": ("quantile_effect", "quantile_effects"),
    "randomised.ratio": ("ratio",),
    "randomised.regression": ("regression",),
    "randomised.several": ("adjust_several", "several"),
    "randomised.strata": ("stratified", "stratum_effects"),
    "randomised.tails": ("trimmed", "winsorised"),
    "randomised.wild": ("wild_bootstrap",),
    "result": ("Convention", "Diagnostic", "Estimate", "Estimates"),
    "size.compress": ("compress",),
    "size.large": ("large_difference", "large_ratio"),
    "threshold.checks": ("by_bandwidth", "by_donut", "covariate_jumps", "placebo_cutoffs"),
    "threshold.density": ("density_jump",),
    "threshold.discontinuity": ("discontinuity",),
    "whole.analysis": ("analyse",),
    "whole.design": ("Design",),
}

__all__ = [
    "Bounds",
    "ConfidenceSequence",
    "Convention",
    "Design",
    "Diagnostic",
    "Estimate",
    "Estimates",
    "Guarded",
    "LookPlan",
    "Network",
    "Planned",
    "Predictor",
    "SetEstimate",
    "Synthetic",
    "SyntheticDifference",
    "Trial",
    "adaptation",
    "adjust_several",
    "adjusted",
    "aipw",
    "analyse",
    "anderson_rubin",
    "anderson_rubin_test",
    "asymptotic_sequence",
    "audit",
    "augmented_synthetic_control",
    "bacon_decomposition",
    "balke_pearl_bounds",
    "bias_factor",
    "bipartite",
    "bounded_sequence",
    "by_bandwidth",
    "by_donut",
    "carryover_test",
    "cluster_total",
    "compare_designs",
    "complier_characteristics",
    "compress",
    "cookie_day",
    "covariate_jumps",
    "deconfounder",
    "density_jump",
    "difference",
    "difference_in_differences",
    "discontinuity",
    "e_value",
    "effect_bounds",
    "effect_path",
    "ego_clusters",
    "endogeneity",
    "entropy_balance",
    "event_study",
    "exposure_effects",
    "first_stage",
    "front_door",
    "gmm",
    "group_sequential",
    "group_time_effects",
    "guardrail",
    "holdout",
    "holdout_power",
    "honest_interval",
    "honest_trends",
    "imbens_manski",
    "imputed_effects",
    "intention_to_treat",
    "interaction_weighted_effects",
    "ipw",
    "large_difference",
    "large_ratio",
    "late",
    "leave_one_out",
    "lee_bounds",
    "liml",
    "manski_bounds",
    "many_group_time_effects",
    "many_sequences",
    "match",
    "minimum_detectable_effect",
    "mismatch",
    "mismatch_by",
    "mismatch_of_counts",
    "missing_outcome_bounds",
    "mixture_sprt",
    "network_of",
    "novelty",
    "omitted_confounder",
    "overidentification",
    "overlap",
    "partial_r2",
    "partially_linear",
    "permutation_test",
    "placebo_cutoffs",
    "placebo_in_time",
    "plan_looks",
    "pooled_saturation",
    "power",
    "power_from",
    "pre_trend_power",
    "predicted",
    "propensity",
    "quantile_effect",
    "quantile_effects",
    "ratio",
    "ratio_deviation",
    "regression",
    "robustness_value",
    "rosenbaum_bounds",
    "several",
    "size_needed",
    "spillover_regression",
    "spillover_test",
    "stacked_effects",
    "standardise",
    "stratified",
    "stratum_effects",
    "surrogate_index",
    "switchback",
    "switchback_blocks",
    "switchback_regression",
    "synthetic_control",
    "synthetic_difference",
    "tf_interval",
    "to_population",
    "trial_from",
    "trimmed",
    "two_stage",
    "two_stage_coefficients",
    "two_stage_least_squares",
    "two_way_fixed_effects",
    "units_needed",
    "valid_critical",
    "weak_instruments",
    "wild_bootstrap",
    "winners_curse",
    "winsorised",
]


def __getattr__(name: str) -> object:
    return named(__name__, name, _HOMES)
