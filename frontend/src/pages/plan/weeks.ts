// Which days and blocks stand in which row of the calendar, Monday first?
import { counts } from "../../words/activities";
import { addDays, hours, mondayOf } from "../../words/days";
import type { Block, PlanPage, RoundCard, WeekCard } from "./api";

export interface DayCell {
  date: string;
  inside: boolean; // between the plan's first day and its last round
  past: boolean;
  today: boolean;
  capacity: number | null; // null: nothing is practised on this day
  planned: number;
  blocks: Block[];
  rounds: RoundCard[];
}

export interface WeekRow {
  monday: string;
  past: boolean;
  // A week of the plan begins on the weekday of its first day, which need not be a Monday. Where a row holds the end of
  // one and the beginning of the next it is named by the next.
  week: WeekCard | null;
  begins: boolean;
  minutes: number;
  done: number;
  days: DayCell[];
}

export function layWeeks(page: PlanPage): WeekRow[] {
  const { plan, today } = page;
  if (!plan) return [];
  const last = lastDay(page);
  const first = plan.blocks.reduce((least, block) => (block.day < least ? block.day : least), plan.goal.begins);
  const blocks = byDay(plan.blocks);
  const rows: WeekRow[] = [];
  for (let monday = mondayOf(first); monday <= last; monday = addDays(monday, 7)) {
    const sunday = addDays(monday, 6);
    const days = Array.from({ length: 7 }, (_, offset) => layDay(addDays(monday, offset), page, last, blocks));
    const there = days.flatMap((day) => day.blocks);
    const week = page.weeks.findLast((one) => one.begins <= sunday) ?? null;
    rows.push({
      monday,
      past: sunday < today,
      week,
      begins: week !== null && week.begins >= monday,
      minutes: sum(there.filter(counts)),
      done: sum(there.filter((block) => block.state === "done")),
      days,
    });
  }
  return rows;
}

// What is still to do in a week and what was done; a week that is past is said by what was done alone.
export function weekSaid(row: Pick<WeekRow, "past" | "minutes" | "done">): string {
  const done = row.done ? `${hours(row.done)} done` : "";
  if (row.past) return done;
  return [row.minutes ? hours(row.minutes) : "", done].filter(Boolean).join(", ");
}

export function lastDay({ plan }: PlanPage): string {
  return plan ? Object.values(plan.goal.dates).reduce((latest, date) => (date > latest ? date : latest), plan.goal.begins) : "";
}

function layDay(date: string, page: PlanPage, last: string, blocks: Map<string, Block[]>): DayCell {
  const there = blocks.get(date) ?? [];
  return {
    date,
    inside: date >= (page.plan?.goal.begins ?? "") && date <= last,
    past: date < page.today,
    today: date === page.today,
    capacity: page.capacity[date] ?? null,
    planned: sum(there.filter(counts)),
    blocks: there,
    rounds: page.loop.rounds.filter((round) => round.date === date),
  };
}

const sum = (blocks: readonly Block[]): number => blocks.reduce((total, block) => total + block.minutes, 0);

function byDay(blocks: readonly Block[]): Map<string, Block[]> {
  const found = new Map<string, Block[]>();
  for (const block of blocks) found.set(block.day, [...(found.get(block.day) ?? []), block]);
  return found;
}
