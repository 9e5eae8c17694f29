// What may be said of the forecast: of each round, of how good forecasts were, of what fades, of where one is too sure?
import { get } from "../../api/client";
import type { components } from "../../api/schema";
import { many, percent } from "../../words/format";

type Shapes = components["schemas"];
export type ForecastPage = Shapes["ForecastPage"];
export type MemoryRow = Shapes["MemoryRow"];
export type Over = Shapes["Overconfidence"];
export type Scored = Shapes["Scored"];
export type ForecastPoint = Shapes["ForecastPoint"];

export const fetchForecast = (): Promise<ForecastPage> => get("/api/forecast");

const FEWEST = 5; // outcomes, before the server scores its forecasts

export function scoredSaid(scored: Scored): string {
  if (scored.brier === null || scored.base_brier === null || scored.base_rate === null) {
    const needed = Math.max(0, FEWEST - scored.n);
    return `Were earlier forecasts right? Too few to tell: ${many(scored.n, "mock or interview has", "mocks or interviews have")} a forecast before ${scored.n === 1 ? "it" : "them"}, ${needed} more ${needed === 1 ? "is" : "are"} needed.`;
  }
  const against = scored.brier < scored.base_brier - 0.005 ? "better than" : scored.brier > scored.base_brier + 0.005 ? "worse than" : "no better than";
  return `Were earlier forecasts right? Over ${scored.n} mocks and interviews their Brier score is ${scored.brier.toFixed(3)}, ${against} the ${scored.base_brier.toFixed(3)} of always saying ${percent(scored.base_rate)}. 0 is perfect.`;
}

export interface Spot {
  x: number; // share of the width
  chance: number;
}

// One round's forecasts over the days on which they were made; a single day has no line.
export function history(points: readonly ForecastPoint[], roundId: string): Spot[] {
  const mine = points.filter((point) => point.round_id === roundId).toSorted((a, b) => a.date.localeCompare(b.date));
  const times = mine.map((point) => Date.parse(point.date));
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  return mine.map((point, index) => ({ x: last > first ? ((times[index] ?? 0) - first) / (last - first) : 0.5, chance: point.chance }));
}

// How much a forecast moved since the first one, in words; nothing while there is one.
export function moved(spots: readonly Spot[]): string {
  const [first, last] = [spots[0], spots.at(-1)];
  if (!first || !last || spots.length < 2) return "";
  const change = Math.round(100 * last.chance) - Math.round(100 * first.chance);
  return change === 0 ? "as at first" : `${change > 0 ? "+" : "−"}${Math.abs(change)} since the first`;
}

// What is lost most until the interview comes first.
export function mostLost(memory: readonly MemoryRow[]): MemoryRow[] {
  return memory.toSorted((a, b) => b.recall - b.recall_then - (a.recall - a.recall_then) || a.recall_then - b.recall_then || a.skill.localeCompare(b.skill));
}

export interface Bar {
  over: Over;
  known: boolean; // enough attempts for an interval
  says: "too sure" | "not sure enough" | "within chance" | "too few attempts";
}

// What is more than chance comes first, what is not known last.
const ORDER: readonly Bar["says"][] = ["too sure", "not sure enough", "within chance", "too few attempts"];

export function bars(over: readonly Over[]): Bar[] {
  const all = over.map((one): Bar => {
    if (!one.interval) return { over: one, known: false, says: "too few attempts" };
    const [low, high] = one.interval;
    return { over: one, known: true, says: low > 0 ? "too sure" : high < 0 ? "not sure enough" : "within chance" };
  });
  return all.toSorted((a, b) => ORDER.indexOf(a.says) - ORDER.indexOf(b.says) || Math.abs(b.over.over) - Math.abs(a.over.over) || a.over.skill.localeCompare(b.over.skill));
}

// A share of the axis from -1 to 1.
export const place = (over: number): number => (Math.min(1, Math.max(-1, over)) + 1) / 2;

export function overSaid(all: readonly Bar[]): string {
  const known = all.filter((bar) => bar.known);
  if (!all.length) return "";
  if (!known.length) return "Four attempts with a stated confidence are needed before anything is said of a skill.";
  const sure = known.filter((bar) => bar.says === "too sure").length;
  const unsure = known.filter((bar) => bar.says === "not sure enough").length;
  if (!sure && !unsure) return `${many(known.length, "skill has", "skills have")} attempts enough; in none of them is it more than chance.`;
  const parts = [sure ? `too sure in ${sure}` : "", unsure ? `not sure enough in ${unsure}` : ""].filter(Boolean);
  return `Of ${many(known.length, "skill")} with attempts enough you are ${parts.join(", ")}.`;
}
