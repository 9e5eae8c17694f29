// Which attempts were made, and what came of each?
import { AFTER, cardOf } from "./drills.mjs";

const T = "TIMESTAMPTZ";
const sheet = (columns, types, rows, marked = [], cut = 0) => ({ columns, types, rows, marked, cut });
const ago = (days, minutes = 0) => new Date(Date.now() - days * 86_400_000 - minutes * 60_000).toISOString();

const result = (rows, marked = [], cut = 0) => sheet(["policy", "warned_users", "retention_rate"], ["VARCHAR", "BIGINT", "DOUBLE"], rows, marked, cut);
const database = {
  users: sheet(["user_id", "account_id", "time_zone", "language", "happened_at", "known_at"], ["BIGINT", "BIGINT", "VARCHAR", "VARCHAR", T, T], [[1, 1, "UTC", null, "2026-03-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00"]]),
  warnings: sheet(["warning_id", "message_id", "user_id", "policy", "happened_at", "known_at"], ["BIGINT", "BIGINT", "BIGINT", "VARCHAR", T, T], [[1, 1, 1, "fraud", "2026-03-03T10:00:00+00:00", "2026-03-03T10:00:00+00:00"]]),
  support_messages: sheet(["support_message_id", "user_id", "direction", "happened_at"], ["BIGINT", "BIGINT", "VARCHAR", T], [[1, 1, "to_user", "2026-03-04T10:00:00+00:00"]]),
  sessions: sheet(["session_id", "user_id", "client", "happened_at"], ["BIGINT", "BIGINT", "VARCHAR", T], []),
};

const long = Array.from({ length: 14 }, (_, index) => [["fraud", "hate", "other", "self_harm", "violence"][index % 5] + (index > 4 ? `_${index}` : ""), 3 + index, Number((0.3 + index / 40).toFixed(6))]);
const SQL_FINDINGS = [
  { probe: "boundary", claim: "support_messages.happened_at is exactly 24 hours after warnings.happened_at", dimension: "edge cases", skill: "sql.time-joins",
    evidence: { kind: "database", database, expected: result([["fraud", 1, 0.0]], [0]), got: result([], []), error: null, time_zone: "UTC" } },
  { probe: "null", claim: "`user_id` is missing in one row of support_messages", dimension: "edge cases", skill: "sql.null",
    evidence: { kind: "database", database: { ...database, support_messages: sheet(["support_message_id", "user_id", "direction", "happened_at"], ["BIGINT", "BIGINT", "VARCHAR", T], [[1, null, "from_user", "2026-03-05T16:45:12.000001+00:00"]]) },
      expected: result(long.map((row, index) => (index === 3 ? ["self_harm", 7, 0.428571] : row)), [3, 9], 4), got: result(long.map((row, index) => (index === 3 ? ["self_harm", 5, 0.6] : index === 9 ? [row[0], row[1], null] : row)), [3, 9], 4), error: null, time_zone: "America/New_York" } },
  { probe: "brittle", claim: "all counts are 0 for one `policy`: it raises an error", dimension: "robustness", skill: "sql.rates",
    evidence: { kind: "database", database: { warnings: database.warnings }, expected: result([["fraud", 0, null]]), got: null, error: "Conversion Error: division by zero in\nretained / warned", time_zone: "UTC" } },
  { probe: "slow", claim: "480000 rows come: it takes 2.46 s, the reference 0.06 s", dimension: "speed", skill: "sql.performance",
    evidence: { kind: "timing", rows: 480000, attempt_seconds: 2.46, reference_seconds: 0.06, runs: 5, allowed_ratio: 10, stopped: null } },
  { probe: "unreadable", claim: "somebody reads it: tables joined by commas, NOT IN over a nullable column", dimension: "readability", skill: "sql.readability",
    evidence: { kind: "lines", remarks: [{ line: 4, text: "FROM warnings a, users b, sessions c", why: "three tables joined by commas under one-letter names: which condition joins which?", rule: "comma-join" }, { line: 9, text: "  AND a.user_id NOT IN (SELECT user_id FROM support_messages)", why: "NOT IN over a column that may be NULL", rule: "not-in-nullable" }] } },
];
const flags = sheet(["account_id", "user_id", "flagged"], ["int64", "int64", "float64"], [[1, 1, 1], [1, 2, null]]);
const PYTHON_FINDINGS = [
  { probe: "tie", claim: "two rows have the same `account_id`", dimension: "edge cases", skill: "python.ties",
    evidence: { kind: "call", call: "clustered_interval(flags, level=0.95)", arguments: { flags, level: "0.95" }, expected: "(1.0, 1.0, 1.0)", got: "(1.0, nan, nan)", error: null } },
  { probe: "disagrees", claim: "the input is ordinary", dimension: "correctness", skill: "python.clustering",
    evidence: { kind: "call", call: "clustered_interval(flags)", arguments: { flags }, expected: sheet(["account_id", "rate"], ["int64", "float64"], [[1, 0.5], [2, 0.25]], [1]), got: sheet(["account_id", "rate"], ["int64", "float64"], [[1, 0.5], [2, 0.2500001]], [1]), error: null } },
  { probe: "brittle", claim: "the sandbox stopped it (refused: socket)", dimension: "robustness", skill: "python.robustness",
    evidence: { kind: "containment", limit: "refused", detail: "socket(AF_INET, SOCK_STREAM): operation not permitted" } },
];
const SQL_TEXT = `-- One row per policy: policy, warned_users, retention_rate
SELECT a.policy, COUNT(DISTINCT a.user_id) AS warned_users,
  COUNT(DISTINCT c.user_id) * 1.0 / COUNT(DISTINCT a.user_id) AS retention_rate
FROM warnings a, users b, sessions c
WHERE a.user_id = b.user_id
  AND c.user_id = b.user_id
  AND c.happened_at > a.happened_at
  AND c.happened_at <= a.happened_at + INTERVAL 7 DAY
  AND a.user_id NOT IN (SELECT user_id FROM support_messages)
GROUP BY a.policy
ORDER BY a.policy
`;
const PYTHON_TEXT = "import numpy as np\n\n\ndef clustered_interval(flags, level=0.95):\n    rate = flags['flagged'].mean()\n    se = flags.groupby('account_id')['flagged'].mean().std()\n    return rate, rate - 1.96 * se, rate + 1.96 * se\n";

const ASKED = { sql: ["disagrees", "boundary", "null", "fan-out", "tie", "time-zone", "empty-group", "nondeterminism", "future-read", "brittle", "slow", "unreadable"], python: ["disagrees", "boundary", "null", "tie", "empty-group", "nondeterminism", "brittle", "slow", "unreadable"] };
const WEIGHTS = { correctness: 0.4, "edge cases": 0.25, time: 0.1, robustness: 0.1, speed: 0.05, readability: 0.1 };

function score(findings, kind) {
  return Object.entries(WEIGHTS).map(([dimension, weight], index) => {
    const found = findings.filter((finding) => finding.dimension === dimension).length;
    const asked = [1, 6, 2, 1, 1, 1][index];
    return { dimension, weight, asked: kind === "python" && dimension === "time" ? 0 : asked, found, score: found ? Math.max(0, 1 - found / 2) * 0.9 : 1 };
  });
}

function build(id, card, { text, confidence, handed, findings, signal, unknown = [] }) {
  const when = findings[0]?.probe ?? "clean";
  return {
    attempt: { id, drill_id: "drl_0123456789", kind: card.kind, text, handed_in_at: handed, confidence, started_at: null },
    card: { id, slug: card.slug, title: card.title, kind: card.kind, handed_in_at: handed, confidence, state: "debriefed", signal, findings: findings.map((finding) => finding.probe), failed: null },
    state: "debriefed",
    failed: null,
    debrief: {
      attempt_id: id, drill_id: "drl_0123456789", findings, scores: score(findings, card.kind), signal,
      signal_rule: "correctness at least 0.8 gives a yes; each finding in edge cases takes one step down, and a finding on an ordinary input caps it at no",
      next_thing: findings.length ? { do: "write the window as half-open, [t, t + 24 h), in one drill where the boundary is the whole point", skill: "sql.time-joins", drill_slug: "latest-label-per-message" } : { do: "redo it in three days from a blank page", skill: card.skills[0], drill_slug: card.slug },
      asked: ASKED[card.kind], worlds: 3, seconds: 0.312, examined_at: handed, pushback: when, unknown,
    },
    criteria: [
      { id: "assumptions", question: "Did you say what you assumed before you wrote?", good: "Names the anchor, the window and the censoring in one breath, and asks which of them matters to the reader.", weight: 2, mark: null },
      { id: "denominator", question: "Is it clear who is in the denominator, and why?", good: "“Users warned at least seven days ago and not written to within 24 hours.”", weight: 1, mark: 0.5 },
      { id: "so-what", question: "Would a reader know what to do with the number?", good: "Compares policies only where the counts allow it, and says which do not.", weight: 1, mark: null },
    ],
    pushback: { when, says: findings.length ? "Suppose the support message arrives at *exactly* hour 24. Which side does your query put it on, and would you defend that to the support team?" : "Fine. Now the table has a billion rows and a week of late data. What breaks first?", good: null },
    goodPushback: "“Half-open: hour 24 is outside. I chose it so that windows tile. If support means *by* hour 24, I change one operator and say so.”",
    replies: [], after: AFTER,
  };
}

export function debriefFor(id, card, { text, confidence }) {
  const clean = /clean|NOT EXISTS/i.test(text);
  const findings = clean ? [] : card.kind === "sql" ? SQL_FINDINGS : PYTHON_FINDINGS;
  return build(id, card, { text, confidence, handed: new Date().toISOString(), findings, signal: clean ? "strong yes" : "no" });
}

export function attemptPages() {
  const made = [
    ["att_all", "warned-unsupported-retention", { text: SQL_TEXT, confidence: 0.85, handed: ago(1, 30), findings: SQL_FINDINGS, signal: "no", unknown: ["future-read: the drill reads no fact that is known late"] }],
    ["att_second", "warned-unsupported-retention", { text: SQL_TEXT, confidence: 0.7, handed: ago(2, 90), findings: SQL_FINDINGS.slice(0, 1), signal: "lean no" }],
    ["att_first", "warned-unsupported-retention", { text: "SELECT 1\n", confidence: null, handed: ago(8, 4), findings: [{ ...SQL_FINDINGS[1], probe: "disagrees", claim: "the data are ordinary", dimension: "correctness" }], signal: "strong no" }],
    ["att_clean", "warnings-per-active-user", { text: "SELECT clean\n", confidence: 0.95, handed: ago(3, 12), findings: [], signal: "strong yes" }],
    ["att_python", "clustered-rate-interval", { text: PYTHON_TEXT, confidence: 0.6, handed: ago(2, 300), findings: PYTHON_FINDINGS, signal: "lean yes" }],
    ["att_yes", "trimmed-group-means", { text: PYTHON_TEXT, confidence: 0.8, handed: ago(6), findings: PYTHON_FINDINGS.slice(0, 1), signal: "yes" }],
  ];
  return new Map(made.map(([id, slug, given]) => [id, build(id, cardOf(slug), given)]));
}
