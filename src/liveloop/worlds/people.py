"""Who uses the product: which accounts, which users in them, and how do they differ?

The whole population is drawn at once: it is small against the messages, and what reaches across accounts (shared
templates, persons with several logins) needs it whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.seeds import Flags, Floats, Ints, choices, exponentials, flips, integers, normals, uniforms
from liveloop.worlds.season import ZONES
from liveloop.worlds.setup import DAY, People, Setup
from liveloop.worlds.treatment import Doses, Experiment, assign

LANGUAGES = ("en", "de", "es", "fr", "pt")
PLANS = ("free", "team", "enterprise")
_FREE, _TEAM = 0.55, 0.90  # cumulated shares of the plans
_GOLDEN_RATIO = 0.6180339887498949
# Country, weight, language, zones
_PLACES = (
    ("US", 38, 0, ("America/New_York", "America/Chicago", "America/Los_Angeles")), ("GB", 11, 0, ("Europe/London",)),
    ("DE", 11, 1, ("Europe/Berlin",)), ("FR", 8, 3, ("Europe/Paris",)), ("ES", 5, 2, ("Europe/Madrid",)),
    ("MX", 5, 2, ("America/Mexico_City",)), ("BR", 7, 4, ("America/Sao_Paulo",)), ("PT", 2, 4, ("Europe/Lisbon",)),
    ("IN", 8, 0, ("Asia/Kolkata",)), ("NP", 1, 0, ("Asia/Kathmandu",)), ("AU", 4, 0, ("Australia/Sydney",)),
)  # fmt: skip
COUNTRIES = tuple(place[0] for place in _PLACES)


@dataclass(frozen=True, eq=False)
class Population:
    """All accounts and users as arrays; users of one account are neighbours, `first_user` has one more entry."""

    first_user: Ints
    plan: Ints
    country: Ints  # -1: never given
    founded: Ints
    account_known: Ints
    account: Ints
    person: Ints
    zone: Ints
    language: Ints
    language_given: Flags
    joined: Ints
    known: Ints
    leaves: Ints
    rate: Floats  # sessions per active day
    adversary: Flags
    template: Ints
    topic: Ints
    length_effect: Floats  # standard units: account's and user's part together
    harm_effect: Floats
    experiments: tuple[tuple[Experiment, Doses], ...]


def populate(setup: Setup, seed: int, topics: int) -> Population:
    """Draw all accounts and users of a world."""
    accounts = np.arange(setup.accounts)
    size_at = account_quantiles(seed, accounts)
    sizes = account_sizes(setup.people, size_at)
    first_user = np.concatenate([[0], np.cumsum(sizes)])
    account = np.repeat(accounts, sizes)
    users = np.arange(len(account))
    country = choices(seed, "country", accounts, [place[1] for place in _PLACES])
    founded = _found(setup, seed, accounts)
    person = _meet_again(setup.people, seed, users, first_user[account])
    zone, language = _live(seed, person, country[account[person]])
    joined = founded[account] + _wait_to_join(setup, seed, users, founded[account])
    account_known = founded + _lag(seed, "account lag", accounts)
    active_from = np.maximum(joined, setup.start)
    daily_churn = -np.log(1.0 - setup.people.monthly_churn) / 30.0
    stays = exponentials(seed, "leave", users) * DAY / max(daily_churn, 1e-9)
    template = choices(seed, "template", users, 1.0 / np.arange(1, setup.traffic.templates + 1) ** 0.8)
    return Population(
        first_user=first_user,
        plan=np.searchsorted([_FREE, _TEAM], size_at, side="right"),
        country=np.where(flips(seed, "country missing", accounts, 0.06), -1, country),
        founded=founded,
        account_known=account_known,
        account=account,
        person=person,
        zone=zone,
        language=language,
        language_given=~flips(seed, "language missing", person, 0.12),
        joined=joined,
        known=np.maximum(joined + _lag(seed, "user lag", users), account_known[account]),
        leaves=active_from + np.minimum(stays, 1e5 * DAY).astype(np.int64),
        rate=_activity(setup, seed, account, users),
        adversary=flips(seed, "adversary", users, setup.harm.adversary_share),
        template=template,
        topic=integers(seed, "favourite topic", users, topics),
        length_effect=nested_effect(setup.people, seed, "length", account, users),
        harm_effect=nested_effect(setup.people, seed, "harm", account, users),
        experiments=tuple((e, assign(e, seed, account, template)) for e in setup.experiments),
    )


def account_quantiles(seed: int, accounts: Ints) -> Floats:
    """Give each account its place in the distribution of sizes: spread evenly, so that a world's size is no gamble.

    A heavy tail drawn independently makes 40 accounts hold anything from 100 to 1000 users; this golden-ratio sequence
    with a drawn start keeps the distribution and takes most of the luck out.
    """
    return np.asarray((uniforms(seed, "sizes", [0])[0] + accounts * _GOLDEN_RATIO) % 1.0)


def account_sizes(people: People, quantile: Floats) -> Ints:
    """Turn quantiles into users per account: free accounts have 1, teams a few, enterprises a Pareto tail."""
    team = (1.0 - np.clip((quantile - _FREE) / (_TEAM - _FREE), 0, 1 - 1e-12)) ** (-1 / 2.0)
    large = (1.0 - np.clip((quantile - _TEAM) / (1 - _TEAM), 0, 1 - 1e-12)) ** (-1 / people.size_tail)
    size = np.where(quantile < _FREE, 1.0, np.where(quantile < _TEAM, np.minimum(3.0 * team, 30.0), 16.0 * large))
    return np.minimum(size, people.size_cap).astype(np.int64)


def nested_effect(people: People, seed: int, purpose: str, account: Ints, users: Ints) -> Floats:
    """Draw the part of a standard normal trait that a user shares with the account and with all own messages."""
    between = normals(seed, f"{purpose} of account", account) * np.sqrt(people.icc_account)
    within = normals(seed, f"{purpose} of user", users) * np.sqrt(people.icc_user)
    return np.asarray(between + within)


def _found(setup: Setup, seed: int, accounts: Ints) -> Ints:
    share = uniforms(seed, "founded", accounts)
    old = flips(seed, "old", accounts, setup.people.old_share)
    days = np.where(old, -share * 700.0, share * 0.8 * setup.days)
    return setup.start + (days * DAY).astype(np.int64)


def _meet_again(people: People, seed: int, users: Ints, first_of_account: Ints) -> Ints:
    # A login of a person with an earlier login points at a user of an earlier account; pointers are followed home.
    again = flips(seed, "several accounts", users, people.several_accounts_share) & (first_of_account > 0)
    home = np.where(again, integers(seed, "earlier login", users, np.maximum(first_of_account, 1)), users)
    while True:
        further = home[home]
        if np.array_equal(further, home):
            return home
        home = further


def _live(seed: int, person: Ints, country: Ints) -> tuple[Ints, Ints]:
    zones = np.array([[ZONES.index(place[3][k % len(place[3])]) for k in range(6)] for place in _PLACES])
    zone = zones[country, integers(seed, "zone", person, 6)]
    elsewhere = flips(seed, "lives elsewhere", person, 0.05)
    zone = np.where(elsewhere, integers(seed, "zone elsewhere", person, len(ZONES)), zone)
    spoken = np.array([place[2] for place in _PLACES])[country]
    return zone, np.where(flips(seed, "speaks English", person, 0.1), 0, spoken)


def _wait_to_join(setup: Setup, seed: int, users: Ints, founded: Ints) -> Ints:
    room = setup.end - DAY // 4 - founded
    early = exponentials(seed, "joined", users, 60.0 * DAY)
    # Whoever would join after the end joins at an even moment instead: the world knows no user of the future.
    late = early >= room
    return np.where(late, uniforms(seed, "joined late", users) * np.maximum(room, 1), early).astype(np.int64)


def _lag(seed: int, purpose: str, ids: Ints) -> Ints:
    return (exponentials(seed, purpose, ids, 30e6)).astype(np.int64)


def _activity(setup: Setup, seed: int, account: Ints, users: Ints) -> Floats:
    sigma, part = setup.traffic.activity_sigma, 0.3  # 30 % of the spread of activity lies between accounts
    effect = np.sqrt(part) * normals(seed, "activity of account", account)
    effect = effect + np.sqrt(1 - part) * normals(seed, "activity of user", users)
    rate = setup.traffic.sessions_per_week / 7.0 * np.exp(sigma * effect - sigma**2 / 2)
    return np.asarray(np.minimum(rate, 6.0))
