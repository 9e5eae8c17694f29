// Which levers does a design move, what is foretold of it, and how is what happened put into words?
import { get, send } from "../../api/client";
import type { components } from "../../api/schema";

type Shapes = components["schemas"];
export type Levers = Shapes["LeversPage"];
export type DesignIn = Shapes["DesignIn"];
export type DesignOut = Shapes["DesignOut"];
export type SeenMeasure = DesignOut["seen"][number];

export const fetchLevers = (): Promise<Levers> => get("/api/designs/levers");
export const execute = (design: DesignIn): Promise<DesignOut> => send("POST", "/api/designs/execute", design);

export interface Typed {
  levers: Record<string, string>;
  low: Record<string, string>;
  high: Record<string, string>;
}
export const nothing = (): Typed => ({ levers: {}, low: {}, high: {} });

// What was typed as a request, or the first thing that is wrong with it.
export function readDesign(typed: Typed, levers: Levers): DesignIn | string {
  const policy: Record<string, number> = {};
  for (const lever of levers.levers) {
    const text = (typed.levers[lever.id] ?? "").trim();
    if (text === "") continue;
    const value = number(text);
    if (value === null) return `${lever.says}: “${text}” is not a number.`;
    policy[lever.id] = value;
  }
  if (!Object.keys(policy).length) return "Move one lever at least.";
  const foretold: DesignIn["foretold"] = [];
  for (const measure of levers.measures) {
    const [low, high] = [(typed.low[measure.id] ?? "").trim(), (typed.high[measure.id] ?? "").trim()];
    if (low === "" && high === "") continue;
    const [from, to] = [number(low), number(high)];
    if (from === null || to === null) return `${measure.says}: foretell a change from … to …, both in percent.`;
    if (from > to) return `${measure.says}: the first number is above the second.`;
    foretold.push({ measure: measure.id, low: from, high: to });
  }
  return { policy, foretold };
}

function number(text: string): number | null {
  const value = Number(text.replace(",", ".").replace("%", "").replace("−", "-"));
  return text === "" || !Number.isFinite(value) ? null : value;
}

export const change = (value: number): string => `${value > 0 ? "+" : ""}${value.toFixed(1)} %`;

export function shown(value: number, unit: string): string {
  if (unit === "share") return `${(100 * value).toFixed(1)} %`;
  return value >= 100 ? Math.round(value).toLocaleString("en-GB") : value.toFixed(1);
}

// What happened as text, to be kept with the page that it belongs to.
export function writeSeen(design: DesignIn, out: DesignOut): string {
  const moved = Object.entries(design.policy).map(([name, value]) => `${name} = ${value}`);
  const lines = out.seen.map((one) => {
    const told = one.foretold ? `, foretold ${change(one.foretold[0])} to ${change(one.foretold[1])}: ${one.inside ? "inside" : "outside"}` : "";
    return `- ${one.says}: ${shown(one.before, one.unit)} to ${shown(one.after, one.unit)} (${change(one.change)})${told}`;
  });
  return [`Executed with ${moved.join(", ")}.`, ...lines].join("\n");
}
