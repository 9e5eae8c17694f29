// Which drills does the mock have, and what does each page say?
const at = (day, time) => `2026-03-${String(day).padStart(2, "0")}T${time}+00:00`;
const ago = (days) => new Date(Date.now() - days * 86_400_000).toISOString();

const card = (slug, title, kind, skills, week, minutes, difficulty, state = "new", attempts = 0, best_signal = null, last = null) => ({
  slug, shelf: kind, title, kind, skills, week, minutes, difficulty, state, attempts, best_signal, last_at: last === null ? null : ago(last),
});

const CARDS = [
  card("warned-unsupported-retention", "Retention after a warning, without support", "sql", ["sql.time-joins", "sql.null", "sql.conditional-aggregation"], 2, 15, 3, "tried", 3, "lean no", 1),
  card("warnings-per-active-user", "Warnings per active user, users without one included", "sql", ["sql.null", "sql.joins"], 1, 10, 1, "clean", 2, "strong yes", 3),
  card("sessions-from-messages", "Sessions from messages, thirty idle minutes apart", "sql", ["sql.sessionisation", "sql.windows"], 1, 15, 3, "drafted"),
  card("latest-label-per-message", "The latest verdict on each message, as known on Monday", "sql", ["sql.deduplication", "sql.as-of"], 2, 12, 2, "tried", 1, "no", 5),
  card("escalation-funnel", "From warning to resolution: the escalation funnel", "sql", ["sql.funnels"], 2, 20, 3),
  card("quiet-weeks", "Weeks in which a user said nothing", "sql", ["sql.gaps-and-islands"], 3, 20, 4),
  card("block-rate-by-local-hour", "Block rate by the user's own hour of the day", "sql", ["sql.time-zones", "sql.rates"], 3, 15, 3, "drafted", 1, "lean yes", 9),
  card("score-known-in-time", "The score that was known when the message was shown", "sql", ["sql.as-of"], 4, 20, 5),
  card("clustered-rate-interval", "An interval for a rate when users cluster in accounts", "python", ["python.clustering", "stats.intervals"], 2, 20, 4, "tried", 1, "lean yes", 2),
  card("trimmed-group-means", "Group means that one whale cannot move", "python", ["python.robustness"], 1, 12, 2, "clean", 1, "yes", 6),
  card("rolling-rate-with-gaps", "A rolling rate over days, some of them missing", "python", ["python.time-series"], 3, 15, 3),
  card("a-drill-with-a-very-long-title", "The share of messages escalated by user report within the first two hours of a session that later turned out harmful by the last known revision", "sql", ["sql.as-of", "sql.windows", "sql.conditional-aggregation", "sql.time-zones"], 5, 25, 5),
];

export function drillCards(empty) {
  return empty ? CARDS.map((one) => ({ ...one, state: "new", attempts: 0, best_signal: null, last_at: null })) : CARDS.map((one) => ({ ...one }));
}
export const cardOf = (slug) => CARDS.find((one) => one.slug === slug);

const column = (name, type, says, nullable = false, refers_to = null) => ({ name, type, nullable, says, refers_to });
const CLOCKS = [column("happened_at", "TIMESTAMPTZ", "when the fact came to be"), column("known_at", "TIMESTAMPTZ", "when the product could first have known it; not before happened_at")];
const sheet = (columns, rows, cut = 0) => ({ columns: columns.map((one) => one.name), types: columns.map((one) => one.type), rows, marked: [], cut });

function table(name, says, columns, rows, cut) {
  const all = [...columns, ...CLOCKS];
  return { name, says, key: [columns[0].name], columns: all, sample: sheet(all, rows, cut) };
}

const TABLES = [
  table("users", "a person's login inside one account",
    [column("user_id", "BIGINT", "identity"), column("account_id", "BIGINT", "the account it belongs to", false, "accounts.account_id"), column("time_zone", "VARCHAR", "IANA zone of the person"), column("language", "VARCHAR", "preferred language", true)],
    [[101, 7, "Europe/Berlin", "de", at(1, "08:11:04.120000"), at(1, "08:11:04.120000")], [102, 7, "America/Los_Angeles", null, at(1, "19:40:00"), at(1, "19:40:02.500000")], [103, 9, "Asia/Kolkata", "en", at(2, "03:02:59.999999"), at(2, "03:03:00")]], 37),
  table("warnings", "a safety warning shown to a user",
    [column("warning_id", "BIGINT", "identity"), column("message_id", "BIGINT", "the message that triggered it", false, "messages.message_id"), column("user_id", "BIGINT", "who saw it", false, "users.user_id"), column("policy", "VARCHAR", "which policy: self_harm, violence, fraud, hate or other"), column("dismissed_at", "TIMESTAMPTZ", "when the user closed it; missing if never", true)],
    [[1, 5001, 101, "fraud", null, at(3, "10:00:00"), at(3, "10:00:01")], [2, 5044, 103, "self_harm", at(4, "11:20:10"), at(4, "11:20:00"), at(4, "11:20:00")]], 58),
  table("support_messages", "a message between the support team and a user",
    [column("support_message_id", "BIGINT", "identity"), column("user_id", "BIGINT", "the user; missing when the mail could not be matched", true, "users.user_id"), column("direction", "VARCHAR", "to_user or from_user"), column("channel", "VARCHAR", "email, chat or in_app")],
    [[71, 101, "to_user", "email", at(4, "10:00:00"), at(4, "10:00:00")], [72, null, "from_user", "email", at(5, "16:45:12"), at(6, "02:00:00")]], 21),
  table("sessions", "one sitting of one user",
    [column("session_id", "BIGINT", "identity"), column("user_id", "BIGINT", "whose it is", false, "users.user_id"), column("client", "VARCHAR", "web, mobile or api"), column("ended_at", "TIMESTAMPTZ", "when it ended; missing while open or when the client vanished", true)],
    [[901, 101, "web", at(3, "10:31:00"), at(3, "09:58:00"), at(3, "09:58:00")], [902, 101, "mobile", null, at(10, "10:00:00"), at(10, "10:00:00")]], 412),
];

const SQL_PROMPT = `> Find the **7-day retention rate** for users who triggered a safety warning, but only if they didn't receive a support message within 24 hours.
>
> One row per policy, please. I'd like to compare them in Monday's review.

That is all the interviewer says. In the room you would ask before you write.

## If you ask

- what counts as *retained*
- which warning, when a user has several
- what happens to users for whom we can't know yet
`;
const PYTHON_PROMPT = `> We measure the share of flagged messages per user, but users sit in accounts and the accounts behave alike.

Give me a **95 % interval** for the overall rate that doesn't pretend the users are independent. The frame \`flags\` has one row per message:

| column | means |
| --- | --- |
| \`account_id\` | the cluster |
| \`user_id\` | who wrote it |
| \`flagged\` | 1 when flagged, missing when the classifier timed out |

Return \`(rate, low, high)\`; raise \`ValueError\` when there is nothing to estimate.`;

export const AFTER = `## What was traded

The sentence hides four decisions. An interviewer listens for you to *name* them before you write.

1. **Anchor.** First warning per user, or each warning? Per user keeps rows independent.
2. **Window.** \`[t, t + 24 h)\` or \`[t, t + 24 h]\`? Say it. Half-open windows tile, closed ones count twice.
3. **Censoring.** A user warned five days ago has not had seven days. Leave them out of the denominator, or the rate falls every Monday.
4. **Missing user_id** in \`support_messages\`: \`NOT IN\` with a NULL returns no rows at all.

\`\`\`sql
WHERE NOT EXISTS (
  SELECT 1 FROM support_messages s
  WHERE s.user_id = w.user_id AND s.direction = 'to_user'
    AND s.happened_at >= w.happened_at AND s.happened_at < w.happened_at + INTERVAL 24 HOUR
)
\`\`\`

| approach | cost | fails when |
| --- | --- | --- |
| \`NOT EXISTS\` | one semi-join | never on NULLs |
| \`LEFT JOIN ... IS NULL\` | same plan | condition put into \`WHERE\` instead of \`ON\` |
| \`NOT IN\` | hash of the subquery | one NULL empties the result |

> Would you ship it? Only with the censoring stated next to the number.

Read more: [DuckDB on AsOf joins](https://duckdb.org/docs/stable/guides/sql_features/asof_join).
`;

export function drillPage(one, draft, attempts) {
  const sql = one.kind === "sql";
  return {
    card: one,
    prompt: sql ? SQL_PROMPT : PYTHON_PROMPT,
    signature: sql ? null : "def clustered_interval(flags: pd.DataFrame, level: float = 0.95) -> tuple[float, float, float]:",
    columns: sql ? ["policy", "warned_users", "retention_rate"] : [],
    out_of_scope: sql ? ["users who deleted their login", "support messages that bounced"] : [],
    tables: sql ? TABLES : [{ ...TABLES[1], name: "flags", says: "one message, flagged or not" }],
    given: sql ? {} : { "notes.md": "The accounts differ in size by a factor of a hundred. **Seven** accounts hold half of the messages." },
    starter: sql ? "-- One row per policy: policy, warned_users, retention_rate\n" : "import pandas as pd\n\n\ndef clustered_interval(flags: pd.DataFrame, level: float = 0.95) -> tuple[float, float, float]:\n    ...\n",
    draft: draft ?? (one.state === "drafted" ? { text: "SELECT user_id\nFROM messages\n", confidence: 0.6, saved_at: new Date(Date.now() - 3_600_000).toISOString() } : null),
    attempts,
    after: attempts.some((attempt) => attempt.state === "debriefed") ? AFTER : null,
  };
}
