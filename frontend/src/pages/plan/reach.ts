// To which days may a block go, and how much is planned there already?
import { counts } from "../../words/activities";
import { addDays, mondayOf } from "../../words/days";
import type { Block, PlanPage } from "./api";
import { lastDay } from "./weeks";

export interface Choice {
  day: string;
  planned: number;
  capacity: number | null;
}

// The last day a block may stand on: the one before the last round; for a mock, before its own round.
export function latest(block: Block, page: PlanPage): string {
  const own = block.activity === "mock" ? page.plan?.goal.dates[block.refers] : undefined;
  return addDays(own ?? lastDay(page), -1);
}

export function mayGo(block: Block, day: string, page: PlanPage): boolean {
  return block.state === "planned" && day !== block.day && day >= page.today && day <= latest(block, page);
}

export function choices(block: Block, page: PlanPage): Choice[] {
  const planned = new Map<string, number>();
  for (const one of page.plan?.blocks ?? []) if (counts(one)) planned.set(one.day, (planned.get(one.day) ?? 0) + one.minutes);
  const found: Choice[] = [];
  for (let day = page.today; day <= latest(block, page); day = addDays(day, 1)) {
    if (mayGo(block, day, page)) found.push({ day, planned: planned.get(day) ?? 0, capacity: page.capacity[day] ?? null });
  }
  return found;
}

export function byWeek(found: readonly Choice[]): [string, Choice[]][] {
  const weeks = new Map<string, Choice[]>();
  for (const choice of found) weeks.set(mondayOf(choice.day), [...(weeks.get(mondayOf(choice.day)) ?? []), choice]);
  return [...weeks];
}

// The next day before or after the block's own that has time for practice; null when there is none within reach.
export function nextDay(block: Block, page: PlanPage, step: 1 | -1): string | null {
  const days = Object.keys(page.capacity).filter((day) => mayGo(block, day, page)).sort();
  return (step > 0 ? days.find((day) => day > block.day) : days.findLast((day) => day < block.day)) ?? null;
}
