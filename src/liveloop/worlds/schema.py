"""Which tables does the simulated product have, and what does a row of each say?

One schema for every drill, so that a candidate learns it once. Every table carries two clocks: `happened_at` (when the
fact came to be) and `known_at` (when the product could first have known it; never before `happened_at`). All times are
TIMESTAMPTZ with microseconds; a person's own zone is an IANA name in `users.time_zone`.
"""

from __future__ import annotations

from liveloop.base.tables import Column, Table
from liveloop.worlds.vocabulary import TOPICS

HAPPENED = Column("happened_at", "TIMESTAMPTZ", "when the fact came to be")
KNOWN = Column("known_at", "TIMESTAMPTZ", "when the product could first have known it; not before happened_at")

ACCOUNTS = Table(
    "accounts",
    "a customer: a person alone, a team or a company",
    ("account_id",),
    (
        Column("account_id", "BIGINT", "identity"),
        Column("plan", "VARCHAR", "free, team or enterprise"),
        Column("country", "VARCHAR", "ISO 3166 code; missing when never given", nullable=True),
        HAPPENED,
        KNOWN,
    ),
)
USERS = Table(
    "users",
    "a person's login inside one account",
    ("user_id",),
    (
        Column("user_id", "BIGINT", "identity"),
        Column("account_id", "BIGINT", "the account it belongs to", refers_to="accounts.account_id"),
        Column("person_id", "BIGINT", "the human behind the login; one person may have logins in several accounts"),
        Column("time_zone", "VARCHAR", "IANA zone of the person"),
        Column("language", "VARCHAR", "preferred language", nullable=True),
        HAPPENED,
        KNOWN,
    ),
)
SESSIONS = Table(
    "sessions",
    "one sitting of one user",
    ("session_id",),
    (
        Column("session_id", "BIGINT", "identity"),
        Column("user_id", "BIGINT", "whose it is", refers_to="users.user_id"),
        Column("client", "VARCHAR", "web, mobile or api"),
        Column("ended_at", "TIMESTAMPTZ", "when it ended; missing while open or if the client vanished", nullable=True),
        HAPPENED,
        KNOWN,
    ),
)
MESSAGES = Table(
    "messages",
    "one message from a user to the assistant",
    ("message_id",),
    (
        Column("message_id", "BIGINT", "identity"),
        Column("session_id", "BIGINT", "the sitting it belongs to", refers_to="sessions.session_id"),
        Column("user_id", "BIGINT", "who wrote it", refers_to="users.user_id"),
        Column("topic", "VARCHAR", "topic by the product's classifier; missing when it abstained", nullable=True),
        Column("language", "VARCHAR", "language of the text"),
        Column("template_id", "BIGINT", "the shared prompt template it was made from, if any", nullable=True),
        Column("tokens", "INTEGER", "length of the text in tokens"),
        Column("text", "VARCHAR", "what was written"),
        HAPPENED,
        KNOWN,
    ),
)
DECISIONS = Table(
    "decisions",
    "what the moderation model decided on one message",
    ("decision_id",),
    (
        Column("decision_id", "BIGINT", "identity"),
        Column("message_id", "BIGINT", "the message decided on", refers_to="messages.message_id"),
        Column("model_version", "VARCHAR", "which model decided"),
        Column("score", "DOUBLE", "the model's harm score, 0 to 1; missing when it timed out", nullable=True),
        Column("threshold", "DOUBLE", "the threshold deployed at that moment"),
        Column("action", "VARCHAR", "allow, warn or block"),
        HAPPENED,
        KNOWN,
    ),
)
WARNINGS = Table(
    "warnings",
    "a safety warning shown to a user",
    ("warning_id",),
    (
        Column("warning_id", "BIGINT", "identity"),
        Column("message_id", "BIGINT", "the message that triggered it", refers_to="messages.message_id"),
        Column("user_id", "BIGINT", "who saw it", refers_to="users.user_id"),
        Column("policy", "VARCHAR", "which policy: self_harm, violence, fraud, hate or other"),
        Column("dismissed_at", "TIMESTAMPTZ", "when the user closed it; missing if never", nullable=True),
        HAPPENED,
        KNOWN,
    ),
)
SUPPORT_MESSAGES = Table(
    "support_messages",
    "a message between the support team and a user",
    ("support_message_id",),
    (
        Column("support_message_id", "BIGINT", "identity"),
        Column(
            "user_id",
            "BIGINT",
            "the user; missing when the mail could not be matched",
            nullable=True,
            refers_to="users.user_id",
        ),
        Column("direction", "VARCHAR", "to_user or from_user"),
        Column("channel", "VARCHAR", "email, chat or in_app"),
        HAPPENED,
        KNOWN,
    ),
)
ESCALATIONS = Table(
    "escalations",
    "a message handed to the human review queue",
    ("escalation_id",),
    (
        Column("escalation_id", "BIGINT", "identity"),
        Column("message_id", "BIGINT", "the message", refers_to="messages.message_id"),
        Column("reason", "VARCHAR", "score, user_report or audit"),
        Column("severity", "INTEGER", "1 (low) to 4; missing until triaged", nullable=True),
        Column("resolved_at", "TIMESTAMPTZ", "when a reviewer closed it; missing while it waits", nullable=True),
        HAPPENED,
        KNOWN,
    ),
)
LABELS = Table(
    "labels",
    "a human verdict on a message; a later revision of the same message supersedes an earlier one",
    ("label_id",),
    (
        Column("label_id", "BIGINT", "identity"),
        Column("message_id", "BIGINT", "the message judged", refers_to="messages.message_id"),
        Column("reviewer_id", "BIGINT", "who judged"),
        Column("harmful", "BOOLEAN", "the verdict; missing when the reviewer could not tell", nullable=True),
        Column("revision", "INTEGER", "1 for the first verdict on a message, then counting up"),
        HAPPENED,
        KNOWN,
    ),
)
ASSIGNMENTS = Table(
    "assignments",
    "a user's place in an experiment",
    ("assignment_id",),
    (
        Column("assignment_id", "BIGINT", "identity"),
        Column("experiment", "VARCHAR", "name of the experiment"),
        Column("user_id", "BIGINT", "the user", refers_to="users.user_id"),
        Column("arm", "VARCHAR", "control or treatment, as assigned"),
        Column("exposed_at", "TIMESTAMPTZ", "when the user first met the treatment; missing if never", nullable=True),
        HAPPENED,
        KNOWN,
    ),
)
SCHEMA: tuple[Table, ...] = (
    ACCOUNTS,
    USERS,
    SESSIONS,
    MESSAGES,
    DECISIONS,
    WARNINGS,
    SUPPORT_MESSAGES,
    ESCALATIONS,
    LABELS,
    ASSIGNMENTS,
)

# What a column says in its words, for whoever draws rows of its own: the values it may hold, the conditions that hold.
VALUES: dict[str, tuple[str | int, ...]] = {
    "accounts.plan": ("free", "team", "enterprise"),
    "accounts.country": ("US", "GB", "DE", "IN", "BR"),
    "users.time_zone": ("UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu", "Australia/Sydney"),
    "users.language": ("en", "de", "es", "fr", "pt"),
    "sessions.client": ("web", "mobile", "api"),
    "messages.topic": TOPICS,
    "messages.language": ("en", "de", "es", "fr", "pt"),
    "decisions.action": ("allow", "warn", "block"),
    "warnings.policy": ("self_harm", "violence", "fraud", "hate", "other"),
    "support_messages.direction": ("to_user", "from_user"),
    "support_messages.channel": ("email", "chat", "in_app"),
    "escalations.reason": ("score", "user_report", "audit"),
    "escalations.severity": (1, 2, 3, 4),
    "assignments.arm": ("control", "treatment"),
}
CONDITIONS: dict[str, tuple[str, ...]] = {
    "messages": ("tokens >= 1",),
    "decisions": ("score BETWEEN 0 AND 1", "threshold BETWEEN 0 AND 1"),
    "labels": ("revision >= 1",),
}


def table(name: str) -> Table:
    """Find a table of the schema by its name.

    Examples
    --------
    >>> table("warnings").key
    ('warning_id',)
    """
    for candidate in SCHEMA:
        if candidate.name == name:
            return candidate
    raise KeyError(f"no table {name!r}; the world has {', '.join(t.name for t in SCHEMA)}")
