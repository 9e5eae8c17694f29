"""Which settings has a world, and what do they mean?

Nothing here draws: these are frozen values that can be compared, copied and sent to another process.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from liveloop.base.errors import BadInput
from liveloop.worlds.bounds import check_bounds, number, one_of
from liveloop.worlds.drift import Drift
from liveloop.worlds.treatment import Experiment

DAY = 86_400_000_000  # microseconds: every time inside the world is an int64 count of them since 1970


@dataclass(frozen=True)
class People:
    """Who is there: account sizes, logins, how alike the people of one account are."""

    size_tail: float = number(1.4, 1.05, 10.0, "Pareto exponent of large accounts' sizes; smaller is heavier")
    size_cap: int = number(300, 1, 100_000, "most users in one account")
    icc_account: float = number(0.08, 0.0, 0.9, "share of variance between accounts (length, harm)")
    icc_user: float = number(0.17, 0.0, 0.9, "share of variance between users of one account (length, harm)")
    several_accounts_share: float = number(
        0.05, 0.0, 1.0, "share of logins of a person with an earlier login elsewhere"
    )
    old_share: float = number(0.8, 0.0, 1.0, "share of accounts older than the world's start")
    monthly_churn: float = number(
        0.12, 0.0, 0.99, "chance that a user leaves for good within 30 days, whatever happens"
    )

    def __post_init__(self) -> None:
        check_bounds(self, "people")
        if self.icc_account + self.icc_user > 0.95:
            total = self.icc_account + self.icc_user
            raise BadInput(f"people.icc_account + people.icc_user = {total:g}", where="world", allowed="at most 0.95")


@dataclass(frozen=True)
class Traffic:
    """How much they write, when, and when the product comes to know it."""

    sessions_per_week: float = number(4.5, 0.01, 50.0, "mean sessions of an active user in a week")
    activity_sigma: float = number(0.9, 0.0, 2.0, "spread of users' log activity")
    messages_per_session: float = number(5.0, 1.0, 40.0, "mean messages in a session")
    messages_sigma: float = number(0.8, 0.0, 1.5, "spread of the log of messages in a session")
    keep: float = number(0.85, 0.05, 1.0, "chance that a sitting a user has time for takes place")
    weekend: float = number(0.45, 0.01, 2.0, "activity on a weekend day against a weekday, in the user's own zone")
    night: float = number(
        0.08, 0.0, 1.0, "activity at 4 in the morning against the peak of the day, in the user's own zone"
    )
    mobile_share: float = number(0.35, 0.0, 1.0, "share of sessions on mobile clients")
    offline_share: float = number(0.15, 0.0, 1.0, "share of mobile sessions that are uploaded late")
    offline_hours: float = number(9.0, 0.0, 1000.0, "mean delay of a late upload")
    lag_seconds: float = number(20.0, 0.0, 86_400.0, "mean delay of every other session's record")
    length_median: float = number(24.0, 8.0, 120.0, "median tokens of a message before any drift")
    length_sigma: float = number(0.55, 0.0, 0.8, "spread of the log of tokens")
    template_share: float = number(0.15, 0.0, 1.0, "share of messages made from a shared template")
    templates: int = number(60, 1, 1_000_000, "how many shared templates there are")
    text: str = one_of("grammar", ("grammar", "off"), "message text from the grammar, or none (empty text)")
    corpus: Path | None = None

    def __post_init__(self) -> None:
        check_bounds(self, "traffic")


@dataclass(frozen=True)
class Harm:
    """How much of it is harmful, and who means it."""

    base_rate: float = number(0.03, 0.0, 0.5, "chance that an ordinary user's message is harmful")
    adversary_share: float = number(0.03, 0.0, 1.0, "share of users who are adversaries")
    adversary_rate: float = number(0.35, 0.0, 1.0, "chance that an adversary's message is harmful")
    evasion: float = number(
        0.5, 0.0, 1.0, "how far adversaries come under the deployed threshold: 0 not at all, 1 fully"
    )
    learning_days: float = number(7.0, 0.1, 1000.0, "time scale on which they learn a newly deployed threshold")

    def __post_init__(self) -> None:
        check_bounds(self, "harm")


@dataclass(frozen=True)
class Model:
    """The moderation model and the policy deployed around it; every field is policy, so a twin may change it."""

    separation: float = number(3.0, 0.0, 8.0, "distance of harmful from harmless scores, in standard deviations")
    threshold: float = number(0.35, 0.001, 0.999, "score from which a user is warned")
    threshold_changes: tuple[tuple[float, float], ...] = ()  # (day, new threshold), by day
    block_threshold: float = number(0.97, 0.001, 1.0, "score from which a message is blocked")
    rollout_day: float = number(14.0, -1.0, 100_000.0, "day on which v2 replaces v1")
    rollback_day: float | None = number(None, 0.0, 100_000.0, "day on which v1 comes back")
    old_quality: float = number(0.85, 0.0, 2.0, "separation of v1 against v2's")
    guardrail_day: float | None = number(
        None, 0.0, 100_000.0, "day from which every message with a slang word is warned"
    )
    timeout_share: float = number(0.004, 0.0, 1.0, "share of decisions without a score; they are allowed")

    def __post_init__(self) -> None:
        check_bounds(self, "model")
        for change in self.threshold_changes:
            if not (isinstance(change, tuple) and len(change) == 2 and 0.0 < change[1] < 1.0):
                raise BadInput(
                    f"model.threshold_changes has {change!r}",
                    where="world",
                    allowed="pairs (day, threshold between 0 and 1)",
                )
        if list(self.threshold_changes) != sorted(self.threshold_changes):
            raise BadInput("model.threshold_changes is not in order of days", where="world", allowed="ascending days")


@dataclass(frozen=True)
class Review:
    """Who labels what, how late and how well."""

    reviewers: int = number(4, 1, 10_000, "how many reviewers share the queue")
    capacity_per_1000_messages: float = number(
        9.0, 0.1, 10_000.0, "reviews the team can do, for 1000 messages that users have time for"
    )
    weekend: float = number(0.3, 0.0, 1.0, "capacity of a weekend day against a weekday's")
    handling_minutes: float = number(12.0, 0.0, 10_000.0, "mean time from taking a case up to its verdict")
    recording_minutes: float = number(20.0, 0.0, 10_000.0, "mean time from a verdict until the product knows it")
    score_share: float = number(0.25, 0.0, 1.0, "share of warned messages handed over for their score")
    report_share: float = number(0.06, 0.0, 1.0, "share of harmful messages that somebody reports")
    audit_share: float = number(0.004, 0.0, 1.0, "share of all messages drawn at random for audit")
    noise: float = number(0.06, 0.0, 0.5, "chance that a first verdict is wrong")
    unsure: float = number(0.03, 0.0, 1.0, "chance that a reviewer cannot tell")
    unlabelled: float = number(0.02, 0.0, 1.0, "share of cases closed without a verdict")
    revised_share: float = number(0.08, 0.0, 1.0, "share of verdicts that a second reviewer revises")
    revision_days: float = number(4.0, 0.0, 1000.0, "mean time until a revision")

    def __post_init__(self) -> None:
        check_bounds(self, "review")


@dataclass(frozen=True)
class Support:
    """When the support team writes, and to whom."""

    after_warning: float = number(0.4, 0.0, 1.0, "chance that a warning is followed by a support message to the user")
    median_hours: float = number(9.0, 0.01, 10_000.0, "median delay of that message")
    sigma: float = number(1.3, 0.0, 3.0, "spread of the log delay")
    deadline_share: float = number(0.25, 0.0, 1.0, "share sent close to the team's 24 hour deadline")
    appeal_share: float = number(0.1, 0.0, 1.0, "chance that the user writes about the warning")
    contacts_per_month: float = number(0.15, 0.0, 30.0, "contacts of a user in 30 days for any other reason")
    unmatched_share: float = number(0.04, 0.0, 1.0, "share of mails that cannot be matched to a user")

    def __post_init__(self) -> None:
        check_bounds(self, "support")


@dataclass(frozen=True)
class Reaction:
    """How a user takes a warning or a block."""

    lapse_share: float = number(0.3, 0.0, 1.0, "chance that a warning makes a user stay away")
    forever_share: float = number(0.35, 0.0, 1.0, "share of those who never come back by themselves")
    lapse_days: float = number(12.0, 0.1, 1000.0, "mean absence of the others")
    relief: float = number(0.7, 0.0, 1.0, "chance that a support message brings an absent user back")
    relief_days: float = number(1.0, 0.0, 1000.0, "mean time from that message to the return")
    dismissed_share: float = number(0.75, 0.0, 1.0, "share of warnings that the user closes")

    def __post_init__(self) -> None:
        check_bounds(self, "reaction")


@dataclass(frozen=True)
class Setup:
    """All settings of a world; `World` adds the verbs."""

    accounts: int = number(40, 1, 10_000_000, "how many accounts there are")
    days: int = number(42, 1, 3660, "how many days the world runs")
    starts_at: datetime = datetime(2026, 3, 2, tzinfo=UTC)
    people: People = field(default_factory=People)
    traffic: Traffic = field(default_factory=Traffic)
    harm: Harm = field(default_factory=Harm)
    model: Model = field(default_factory=Model)
    review: Review = field(default_factory=Review)
    support: Support = field(default_factory=Support)
    reaction: Reaction = field(default_factory=Reaction)
    drift: tuple[Drift, ...] = (Drift("slang", 24.0, 0.5),)
    experiments: tuple[Experiment, ...] = (Experiment("softer_warning"),)

    def __post_init__(self) -> None:
        check_bounds(self, "")
        for item in fields(self):
            group: Any = item.default_factory
            if isinstance(group, type) and not isinstance(getattr(self, item.name), group):
                given = getattr(self, item.name)
                raise BadInput(f"{item.name} = {given!r}", where="world", allowed=f"a table of {item.name} settings")
        if not isinstance(self.starts_at, datetime) or self.starts_at.tzinfo is None:
            raise BadInput(f"starts_at = {self.starts_at!r} has no zone", where="world", allowed="a time with a zone")
        names = [experiment.name for experiment in self.experiments]
        if len(set(names)) < len(names):
            raise BadInput("two experiments have one name", where="world", allowed="a name for each")

    @property
    def start(self) -> int:
        """The first moment, in microseconds since 1970."""
        return (self.starts_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    @property
    def end(self) -> int:
        """The moment at which the tables were taken: nothing known later is in them."""
        return self.start + self.days * DAY

    @property
    def ends_at(self) -> datetime:
        """The moment at which the tables were taken: nothing known later is in them."""
        return self.starts_at + timedelta(days=self.days)
