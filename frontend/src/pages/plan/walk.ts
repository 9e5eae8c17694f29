// Which block has the focus after an arrow key in the calendar?
import type { WeekRow } from "./weeks";

const AROUND: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7 };

// Up and down go through a day, left and right to the next day with blocks, Page keys by a week; at an end it stays.
export function walk(rows: readonly WeekRow[], id: string, key: string): string | null {
  const days = rows.flatMap((row) => row.days).map((day) => day.blocks.map((block) => block.id));
  const at = days.findIndex((day) => day.includes(id));
  const here = days[at];
  if (!here) return null;
  const index = here.indexOf(id);
  if (key === "ArrowUp" || key === "ArrowDown") return here[index + (key === "ArrowUp" ? -1 : 1)] ?? id;
  if (key === "Home" || key === "End") return key === "Home" ? (days.flat()[0] ?? id) : (days.flat().at(-1) ?? id);
  const step = AROUND[key];
  if (!step) return null;
  const day = step < 0 ? days.slice(0, at + step + 1).findLast(any) : days.slice(at + step).find(any);
  return day ? (day[Math.min(index, day.length - 1)] ?? id) : id;
}

const any = (day: readonly string[]): boolean => day.length > 0;
