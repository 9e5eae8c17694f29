// How is it said how far a promise is kept?
import { hours } from "../../words/days";
import { percent } from "../../words/format";
import type { Promised } from "./api";

// "10 of 3 mocks" would read as a mistake: what is more than promised says so.
export function keptSaid({ wanted, planned, unit, holds, id }: Promised): string {
  if (unit === "share") return id === "coding-share" ? `${percent(planned)}, weight ${percent(wanted)}` : `${percent(planned)} of the time`;
  const said = unit === "minutes" ? [hours(planned), hours(wanted)] : [String(planned), String(wanted)];
  const more = holds && planned > wanted;
  const one = unit.replace(/s$/, "");
  const name = unit === "minutes" ? "" : ` ${(more ? planned : wanted) === 1 ? one : unit}`;
  if (more) return `${said[0]}${name}`;
  return wanted ? `${said[0]} of ${said[1]}${name}` : `no such ${one}`;
}

// Lines of the triage that only repeat what stands at a promise are not said twice.
export function triageSaid(lines: readonly string[], promises: readonly Promised[]): string[] {
  return lines.filter((line) => !promises.some((promise) => promise.why_not && line.includes(promise.why_not)));
}
