// What does the API speak? Hand-made until the back end writes its OpenAPI.
export type Cell = null | boolean | number | string;

export interface Sheet {
  columns: string[];
  types: string[];
  rows: Cell[][];
  marked: number[];
  cut: number;
}

export type Kind = "sql" | "python";
export type SignalName = "strong no" | "no" | "lean no" | "lean yes" | "yes" | "strong yes";
export type DrillState = "new" | "drafted" | "tried" | "clean";
export type AttemptState = "waiting" | "examining" | "debriefed";

export interface DatabaseEvidence {
  kind: "database";
  database: Record<string, Sheet>;
  expected: Sheet | null;
  got: Sheet | null;
  error: string | null;
  time_zone: string;
}
export interface CallEvidence {
  kind: "call";
  call: string;
  arguments: Record<string, Sheet | string>;
  expected: Sheet | string | null;
  got: Sheet | string | null;
  error: string | null;
}
export interface Remark {
  line: number;
  text: string;
  why: string;
  rule: string;
}
export interface LinesEvidence {
  kind: "lines";
  remarks: Remark[];
}
export interface TimingEvidence {
  kind: "timing";
  rows: number;
  attempt_seconds: number;
  reference_seconds: number;
  runs: number;
  allowed_ratio: number;
  stopped: string | null;
}
export interface ContainmentEvidence {
  kind: "containment";
  limit: string;
  detail: string;
}
export type Evidence = DatabaseEvidence | CallEvidence | LinesEvidence | TimingEvidence | ContainmentEvidence;

export interface Finding {
  probe: string;
  claim: string;
  evidence: Evidence;
  dimension: string;
  skill: string;
}
export interface Score {
  dimension: string;
  score: number;
  weight: number;
  asked: number;
  found: number;
}
export interface NextThing {
  do: string;
  skill: string;
  drill_slug: string;
}
export interface Debrief {
  attempt_id: string;
  drill_id: string;
  findings: Finding[];
  scores: Score[];
  signal: SignalName;
  signal_rule: string;
  next_thing: NextThing;
  asked: string[];
  worlds: number;
  seconds: number;
  examined_at: string;
  pushback: string;
  unknown: string[];
}
export interface Attempt {
  id: string;
  drill_id: string;
  kind: Kind;
  text: string;
  handed_in_at: string;
  confidence: number | null;
  started_at: string | null;
}

export interface DrillCard {
  slug: string;
  shelf: string;
  title: string;
  kind: Kind;
  skills: string[];
  week: number;
  minutes: number;
  difficulty: number;
  state: DrillState;
  attempts: number;
  best_signal: SignalName | null;
  last_at: string | null;
}
export interface AttemptCard {
  id: string;
  slug: string;
  title: string;
  kind: Kind;
  handed_in_at: string;
  confidence: number | null;
  state: AttemptState;
  signal: SignalName | null;
  findings: string[];
}
export interface TableColumn {
  name: string;
  type: string;
  nullable: boolean;
  says: string;
  refers_to: string | null;
}
export interface TableShown {
  name: string;
  says: string;
  key: string[];
  columns: TableColumn[];
  sample: Sheet;
}
export interface Draft {
  text: string;
  confidence: number | null;
  saved_at: string;
}
export interface DrillPage {
  card: DrillCard;
  prompt: string;
  signature: string | null;
  columns: string[];
  out_of_scope: string[];
  tables: TableShown[];
  given: Record<string, string>;
  starter: string;
  draft: Draft | null;
  attempts: AttemptCard[];
  after: string | null;
}
export interface DrillList {
  drills: DrillCard[];
  skills: string[];
  weeks: number[];
}
export interface Shown {
  sheet: Sheet | null;
  value: string | null;
  stdout: string;
  error: string | null;
  seconds: number;
  stopped: string | null;
}
export interface CriterionShown {
  id: string;
  question: string;
  good: string;
  weight: number;
  mark: number | null;
}
export interface PushbackShown {
  when: string;
  says: string;
  good: string | null;
}
export interface Reply {
  at: string;
  pushback: string;
  text: string;
}
export interface AttemptPage {
  attempt: Attempt;
  card: AttemptCard;
  debrief: Debrief | null;
  state: AttemptState;
  criteria: CriterionShown[];
  pushback: PushbackShown | null;
  replies: Reply[];
  after: string | null;
}
export interface Session {
  csrf_token: string;
  version: string;
  sandbox_level: string;
  sandbox_why: string;
}
export interface Today {
  date: string;
  headline: string;
  next: { card: DrillCard; why: string } | null;
  unfinished: DrillCard[];
  recent: AttemptCard[];
  streak_days: number;
  attempts_this_week: number;
}
export interface HeatDay {
  date: string;
  attempts: number;
  minutes: number;
}
export interface SkillRow {
  skill: string;
  attempts: number;
  clean: number;
  mastery: number | null;
  last_at: string | null;
  findings: string[] | Record<string, number>;
}
export interface CalibrationBin {
  low: number;
  high: number;
  n: number;
  mean_confidence: number | null;
  share_clean: number | null;
  interval: number[] | null;
}
export interface Progress {
  heat: HeatDay[];
  skills: SkillRow[];
  calibration: { n: number; brier: number | null; bins: CalibrationBin[] };
  signals: { date: string; slug: string; signal: SignalName }[];
}
export interface Stage {
  stage: string;
  done: number;
  total: number;
}
