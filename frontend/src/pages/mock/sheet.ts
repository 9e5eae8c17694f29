// How does a filled-in mark sheet become a request, and how do oneself and a peer compare?
import type { Line, MockIn, OutcomeCard } from "./api";
import type { Marks, Run } from "./run";

export const STEPS = [
  { value: 0, shown: "0", name: "not seen" },
  { value: 0.25, shown: "¼", name: "a trace" },
  { value: 0.5, shown: "½", name: "half" },
  { value: 0.75, shown: "¾", name: "nearly" },
  { value: 1, shown: "1", name: "as good looks" },
] as const;

const MOST_SECONDS = 86_400;
const MOST_NOTES = 20_000;

export const shownMark = (mark: number | null): string => (mark === null ? "–" : (STEPS.find((step) => step.value === mark)?.shown ?? mark.toFixed(2)));

export function mean(marks: Marks, sheet: readonly Line[]): number | null {
  const given = sheet.flatMap((line) => (line.id in marks ? [marks[line.id] as number] : []));
  return given.length ? given.reduce((sum, mark) => sum + mark, 0) / given.length : null;
}

export const unmarked = (marks: Marks, sheet: readonly Line[]): number => sheet.filter((line) => !(line.id in marks)).length;

// Lines without a mark are left out: not to have looked is not to have seen nothing.
export function toRequest(run: Run, by: "self" | "peer"): MockIn {
  const marks = by === "self" ? run.marks : run.peerMarks;
  return {
    by,
    run: run.id,
    who: by === "peer" ? run.peer.trim().slice(0, 80) : "",
    notes: (by === "self" ? run.notes : run.peerNotes).slice(0, MOST_NOTES),
    marks: run.mock.sheet.flatMap((line) => (line.id in marks ? [{ line: line.id, mark: marks[line.id] as number }] : [])),
    clocks: run.mock.phases.map((phase, index) => ({
      title: phase.title.slice(0, 200),
      minutes: phase.minutes,
      seconds: Math.min(MOST_SECONDS, Math.round((run.spentMs[index] ?? 0) / 1000)),
    })),
  };
}

export interface Compared {
  line: Line;
  self: number | null;
  peer: number | null;
  apart: number | null; // self less peer
}

// Where the two differ most comes first; lines that one of them left out come last.
export function compare(self: Marks, peer: Marks, sheet: readonly Line[]): Compared[] {
  const rows = sheet.map((line): Compared => {
    const [mine, theirs] = [self[line.id] ?? null, peer[line.id] ?? null];
    return { line, self: mine, peer: theirs, apart: mine === null || theirs === null ? null : mine - theirs };
  });
  const far = (row: Compared): number => (row.apart === null ? -1 : Math.abs(row.apart));
  return rows.toSorted((a, b) => far(b) - far(a));
}

export function verdict(rows: readonly Compared[], who: string): string {
  const apart = rows.flatMap((row) => (row.apart === null ? [] : [row.apart]));
  if (!apart.length) return "";
  const over = apart.reduce((sum, one) => sum + one, 0) / apart.length;
  const widest = rows.find((row) => row.apart !== null && Math.abs(row.apart) >= 0.5);
  const said = Math.abs(over) < 0.1 ? `You and ${who} agree on the whole.` : over > 0 ? `You mark yourself higher than ${who} does, by ${over.toFixed(2)} on average.` : `${who} marks you higher than you do, by ${(-over).toFixed(2)} on average.`;
  return widest ? `${said} Furthest apart: ${widest.line.asks.charAt(0).toLowerCase()}${widest.line.asks.slice(1)}. Talk about that one.` : said;
}

export interface Sitting {
  key: string;
  at: string;
  self: OutcomeCard | null;
  peers: OutcomeCard[];
}

export const whoOf = (outcome: Pick<OutcomeCard, "by">): string => outcome.by.replace(/^peer: ?/, "").replace(/^peer$/, "your peer") || "your peer";

// The sheets of one mock carry one run; those without (marked elsewhere) stand alone.
export function sittings(earlier: readonly OutcomeCard[]): Sitting[] {
  const found = new Map<string, Sitting>();
  for (const outcome of earlier) {
    const key = outcome.run || outcome.id;
    const sitting = found.get(key) ?? { key, at: outcome.at, self: null, peers: [] };
    if (outcome.by === "self") sitting.self ??= outcome;
    else sitting.peers.push(outcome);
    found.set(key, sitting);
  }
  return [...found.values()];
}
