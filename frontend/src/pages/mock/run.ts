// How far is a mock, and how does it come back after a reload or a closed lid?
import type { Mock, MockPage } from "./api";
import { pause, type Clocks } from "./clock";

export type Stage = "running" | "self" | "handover" | "peer" | "done";
export type Marks = Record<string, number>;

// The phases are kept with the run: what is practised in between would lay out another mock.
export interface Run extends Clocks {
  id: string;
  mock: Mock;
  withPeer: boolean;
  peer: string;
  begunAt: number;
  seenAt: number;
  notes: string;
  stage: Stage;
  marks: Marks;
  peerMarks: Marks;
  peerNotes: string;
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;
const STAGES: readonly Stage[] = ["running", "self", "handover", "peer", "done"];
export const AWAY_MS = 10 * 60_000;
const key = (roundId: string): string => `liveloop.mock.${roundId}`;

export function begin(page: MockPage, peer: string | null, now: number): Run {
  return {
    id: `run_${now.toString(36)}_${Math.floor(Math.random() * 1e9).toString(36)}`,
    mock: page.mock,
    withPeer: peer !== null,
    peer: peer?.trim() ?? "",
    begunAt: now,
    seenAt: now,
    spentMs: page.mock.phases.map(() => 0),
    phase: 0,
    since: now,
    notes: "",
    stage: "running",
    marks: {},
    peerMarks: {},
    peerNotes: "",
  };
}

export function writeRun(store: Store, run: Run | null, roundId: string): void {
  try {
    if (run) store.setItem(key(roundId), JSON.stringify(run));
    else store.removeItem(key(roundId));
  } catch {
    // A full or refused storage must not stop the mock: it then ends with the page.
  }
}

export function readRun(store: Store, roundId: string): Run | null {
  try {
    return parseRun(store.getItem(key(roundId)) ?? "null");
  } catch {
    return null;
  }
}

// A clock that ran on while nobody saw it for long was no clock: it stops where it was last seen.
export function wake(run: Run, now: number): { run: Run; awayMs: number } {
  if (run.since === null || now - run.seenAt <= AWAY_MS) return { run, awayMs: 0 };
  return { run: pause(run, Math.max(run.seenAt, run.since)), awayMs: now - run.seenAt };
}

// What is damaged is dropped: half a clock is worse than none.
export function parseRun(raw: string): Run | null {
  const said: unknown = JSON.parse(raw);
  if (!said || typeof said !== "object") return null;
  const run = said as Partial<Run>;
  const phases = run.mock?.phases;
  if (!Array.isArray(phases) || !Array.isArray(run.mock?.sheet) || !Array.isArray(run.spentMs)) return null;
  if (run.spentMs.length !== phases.length || !run.spentMs.every(Number.isFinite)) return null;
  if (!Number.isInteger(run.phase) || !phases[run.phase as number]) return null;
  if (!run.stage || !STAGES.includes(run.stage) || typeof run.id !== "string" || typeof run.seenAt !== "number") return null;
  const marks = (kept: unknown): Marks => (kept && typeof kept === "object" ? (kept as Marks) : {});
  return {
    ...(run as Run),
    since: typeof run.since === "number" ? run.since : null,
    notes: String(run.notes ?? ""),
    peer: String(run.peer ?? ""),
    peerNotes: String(run.peerNotes ?? ""),
    marks: marks(run.marks),
    peerMarks: marks(run.peerMarks),
  };
}
