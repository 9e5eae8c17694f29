// In which order does a rehearsal go, and when may it end?
import type { NarrativePage, Rehearsing } from "./api";

export const FEWEST_PUSHBACKS = 3;

export interface Part {
  name: string;
  kind: "section" | "pushback";
  planned: number;
}

// The six sections, then what is pushed on: what was met already keeps its place at the front.
export function partsOf(page: Pick<NarrativePage, "pushbacks">, planned: Readonly<Record<string, number>>, rehearsing: Rehearsing | null): Part[] {
  const met = Object.keys(rehearsing?.notes ?? {});
  const pushed = [...page.pushbacks].sort((one, other) => place(met, one.says) - place(met, other.says));
  const sections = Object.entries(planned).map(([name, seconds]): Part => ({ name, kind: "section", planned: seconds }));
  return [...sections, ...pushed.map((one): Part => ({ name: one.says, kind: "pushback", planned: one.seconds }))];
}

function place(met: readonly string[], says: string): number {
  const at = met.indexOf(says);
  return at < 0 ? met.length : at;
}

export const metCount = (rehearsing: Rehearsing | null): number => Object.keys(rehearsing?.notes ?? {}).length;

export function mayEnd(parts: readonly Part[], rehearsing: Rehearsing | null): boolean {
  const pushbacks = parts.filter((part) => part.kind === "pushback").length;
  return metCount(rehearsing) >= Math.min(FEWEST_PUSHBACKS, pushbacks);
}

// Moves on: the seconds of the part that was told are noted, and the next pushback counts as met once it is shown.
export function moveOn(rehearsing: Rehearsing, parts: readonly Part[], seconds: number): Rehearsing {
  const at = parts.findIndex((part) => part.name === rehearsing.part);
  const used = { ...rehearsing.used, [rehearsing.part]: Math.round(seconds) };
  const next = parts[at + 1];
  if (!next) return { ...rehearsing, used };
  const notes = next.kind === "pushback" ? { ...rehearsing.notes, [next.name]: rehearsing.notes?.[next.name] ?? "" } : rehearsing.notes;
  return { ...rehearsing, part: next.name, used, notes: notes ?? {} };
}
