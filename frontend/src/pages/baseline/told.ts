// What may be said of the answers of a baseline in one sentence?
import { day, many, percent, skillName } from "../../words/format";
import type { AnsweredCard, BaselinePage } from "./api";

// With four choices, a guess is right one time in four.
export const SURE = [
  { value: 0.25, name: "a guess" },
  { value: 0.5, name: "leaning" },
  { value: 0.75, name: "fairly sure" },
  { value: 0.95, name: "certain" },
] as const;

const FEW = 5;

export function score(told: AnsweredCard[]): string {
  const right = told.filter((one) => one.well).length;
  const passed = told.filter((one) => one.chosen === null).length;
  return `${right} of ${told.length} right${passed ? `, ${passed} passed over` : ""}`;
}

// "Before: 9 of 20 right on 3 Mar 2026. "
export function earlierSaid(earlier: BaselinePage["earlier"]): string {
  const each = earlier.map((one) => `${one.right} of ${one.answered} right on ${day(one.at)}`);
  return each.length ? `Before: ${each.join("; ")}. ` : "";
}

export function sureness(told: AnsweredCard[]): string {
  const stated = told.flatMap((one) => (one.confidence === null || one.chosen === null ? [] : [{ sure: one.confidence, well: one.well }]));
  if (stated.length < FEW) return "";
  const sure = stated.reduce((sum, one) => sum + one.sure, 0) / stated.length;
  const right = stated.filter((one) => one.well).length / stated.length;
  return `Where you said how sure you were (${many(stated.length, "item")}) you said ${percent(sure)} on average, and ${percent(right)} were right.`;
}

// The first words of an item, without its code and marks, to know it again in a list.
export function firstWords(asks: string, most = 90): string {
  const words = asks.replace(/```[\s\S]*?```/g, " ").replace(/[`*]/g, "").replace(/\s+/g, " ").trim();
  if (words.length <= most) return words;
  return `${words.slice(0, words.lastIndexOf(" ", most)).replace(/[,;:]$/, "")} …`;
}

export const skillOf = (one: Pick<AnsweredCard, "skill">, titles: ReadonlyMap<string, string>): string => titles.get(one.skill) ?? skillName(one.skill);
