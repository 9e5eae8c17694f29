// What does a phase's clock say: how much is left, is it nearly up, or how far is it over?
import { running } from "../../words/format";

export type Tone = "calm" | "late" | "near" | "over";
const LATE = 0.25; // of the phase is left
const NEAR = 0.1;

export interface Clocks {
  spentMs: readonly number[]; // of each phase, without the stretch that is running
  phase: number;
  since: number | null; // when the running stretch began, null while paused
}

export function spentMs(clocks: Clocks, phase: number, now: number): number {
  const before = clocks.spentMs[phase] ?? 0;
  return phase === clocks.phase && clocks.since !== null ? before + Math.max(0, now - clocks.since) : before;
}

export function totalMs(clocks: Clocks, now: number): number {
  return clocks.spentMs.reduce((sum, _, phase) => sum + spentMs(clocks, phase, now), 0);
}

// Stops the running stretch and adds it to its phase.
export function pause<C extends Clocks>(clocks: C, now: number): C {
  const kept = clocks.spentMs.map((_, phase) => spentMs(clocks, phase, now));
  return { ...clocks, spentMs: kept, since: null };
}

export function goOn<C extends Clocks>(clocks: C, now: number): C {
  return clocks.since === null ? { ...clocks, since: now } : clocks;
}

// Another phase; whether the clock runs stays as it was. There is none before the first or after the last.
export function goTo<C extends Clocks>(clocks: C, phase: number, now: number): C {
  if (phase < 0 || phase >= clocks.spentMs.length || phase === clocks.phase) return clocks;
  return { ...pause(clocks, now), phase, since: clocks.since === null ? null : now };
}

export interface Reading {
  shown: string;
  tone: Tone;
  says: string;
  left: number; // share of the phase that is left, 0 when it is over
}

export function read(minutes: number, spent: number): Reading {
  const whole = minutes * 60_000;
  // Whole seconds count down as they are used up: 4:00 stands for the first of them.
  const left = Math.ceil((whole - spent) / 1000) * 1000;
  const share = whole > 0 ? Math.max(0, (whole - spent) / whole) : 0;
  if (spent >= whole + 1000) return { shown: `+${running(spent - whole)}`, tone: "over", says: "over time", left: 0 };
  const tone = share <= NEAR ? "near" : share <= LATE ? "late" : "calm";
  return { shown: running(left), tone, says: tone === "calm" ? "left" : tone === "late" ? "left, come to the point" : "left, conclude", left: share };
}
