"""Which messages are harmful in truth, and what does the moderation model make of them?

An ordinary user's message is harmful when a standard normal liability (account's part, user's part, the message's own)
passes the quantile of the base rate, so that the intra-class correlations are settings and known exactly. An
adversary's messages are harmful at a rate of their own, and their scores come down towards the deployed threshold as
they learn it. Scores are log-odds of a model that would be calibrated for undrifted English.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from liveloop.base.seeds import Flags, Floats, Ints, choices, flips, normals
from liveloop.worlds.drift import level
from liveloop.worlds.setup import DAY, Model, Setup
from liveloop.worlds.text import FRESH_SLANG, OLD_SLANG, PLAIN
from liveloop.worlds.traffic import Census
from liveloop.worlds.vocabulary import POLICIES

ALLOW, WARN, BLOCK = 0, 1, 2
ACTIONS = ("allow", "warn", "block")
VERSIONS = ("v1", "v2")
_POLICY_WEIGHTS = (2, 2, 3, 2, 1)
_SLANG_SHARE = 0.25  # of harmful messages, in the slang that the model knows
_NON_ENGLISH_QUALITY = 0.92
_FRESH_SLANG_QUALITY = 0.35  # what is left of the separation on words that the model has never seen
_PRIOR = 0.03


@dataclass(frozen=True, eq=False)
class Danger:
    """The truth of each message: liability (nan for adversaries), harmful or not, policy (-1: none), slang."""

    liability: Floats
    harmful: Flags
    policy: Ints
    slang: Ints


@dataclass(frozen=True, eq=False)
class Moderation:
    """What the model made of each message; `score` is nan where it timed out, `eased` is how far evasion moved it."""

    version: Ints
    score: Floats
    threshold: Floats
    action: Ints
    eased: Floats


def endanger(census: Census, messages: Ints, user: Ints, at: Ints) -> Danger:
    """Draw which messages are harmful, in what way and in which words."""
    setup, seed, people = census.setup, census.seed, census.people
    rest = np.sqrt(1.0 - setup.people.icc_account - setup.people.icc_user)
    liability = people.harm_effect[user] + rest * normals(seed, "liability", messages)
    adversary = people.adversary[user]
    harmful = liability > -ndtri(max(setup.harm.base_rate, 1e-12))
    harmful = np.where(adversary, flips(seed, "means harm", messages, setup.harm.adversary_rate), harmful)
    policy, slang = np.full(len(messages), -1), np.full(len(messages), PLAIN)
    bad = np.flatnonzero(harmful)
    policy[bad] = choices(seed, "policy", messages[bad], _POLICY_WEIGHTS)
    known = flips(seed, "slang", messages[bad], _SLANG_SHARE)
    fresh = flips(seed, "fresh slang", messages[bad], level(setup.drift, "slang", at[bad], setup.start))
    slang[bad] = np.where(fresh, FRESH_SLANG, np.where(known, OLD_SLANG, PLAIN))
    return Danger(np.where(adversary, np.nan, liability), harmful, policy, slang)


def moderate(census: Census, messages: Ints, user: Ints, at: Ints, language: Ints, danger: Danger) -> Moderation:
    """Score each message under the deployed model and threshold, and decide."""
    setup, seed = census.setup, census.seed
    model = setup.model
    version = versions(model, at, setup.start)
    threshold, deployed = thresholds(model, at, setup.start)
    quality = model.separation * np.where(version == 0, model.old_quality, 1.0)
    quality = quality * np.where(language == 0, 1.0, _NON_ENGLISH_QUALITY)
    seen = quality * np.where(danger.slang == FRESH_SLANG, _FRESH_SLANG_QUALITY, 1.0)
    noise = normals(seed, "score", messages)
    middle = np.where(danger.harmful, seen - quality / 2, -quality / 2)
    logit = quality * (middle + noise) + np.log(_PRIOR / (1 - _PRIOR))
    eased = _evade(setup, census.people.adversary[user] & danger.harmful, logit, threshold, at - deployed)
    score = 1.0 / (1.0 + np.exp(eased - logit))
    timed_out = flips(seed, "timeout", messages, model.timeout_share)
    action = np.where(score >= threshold, np.where(score >= model.block_threshold, BLOCK, WARN), ALLOW)
    if model.guardrail_day is not None:
        listed = (danger.slang != PLAIN) & (at >= setup.start + model.guardrail_day * DAY)
        action = np.where(listed, np.maximum(action, WARN), action)
    action = np.where(timed_out, ALLOW, action)
    return Moderation(version, np.where(timed_out, np.nan, score), threshold, action, eased)


def versions(model: Model, at: Ints, start: int) -> Ints:
    """Say which model version is live at each moment."""
    new = at >= start + model.rollout_day * DAY
    if model.rollback_day is not None:
        new &= at < start + model.rollback_day * DAY
    return new.astype(np.int64)


def thresholds(model: Model, at: Ints, start: int) -> tuple[Floats, Ints]:
    """Give the threshold deployed at each moment, and since when it has been."""
    days = np.array([0.0, *(day for day, _ in model.threshold_changes)])
    values = np.array([model.threshold, *(value for _, value in model.threshold_changes)])
    since = start + (days * DAY).astype(np.int64)
    place = np.maximum(np.searchsorted(since, at, side="right") - 1, 0)
    return values[place], since[place]


def _evade(setup: Setup, trying: Flags, logit: Floats, threshold: Floats, known_for: Ints) -> Floats:
    learned = 1.0 - np.exp(-np.maximum(known_for, 0) / (setup.harm.learning_days * DAY))
    aim = np.log(threshold / (1.0 - threshold)) - 0.3
    return np.where(trying, setup.harm.evasion * learned * np.maximum(logit - aim, 0.0), 0.0)


__all__ = ["ACTIONS", "ALLOW", "BLOCK", "POLICIES", "VERSIONS", "WARN", "Danger", "Moderation", "endanger", "moderate"]
