// Which days stand in the heat map, in whole weeks from Monday, and how dark is each?
import type { HeatDay } from "../../api/contract";

export interface Square {
  date: string;
  attempts: number;
  minutes: number;
  shade: 0 | 1 | 2 | 3 | 4;
  future: boolean;
}

const DAY_MS = 86_400_000;
export const iso = (at: Date): string => at.toISOString().slice(0, 10);

// A person's own calendar day, as a date at midnight UTC so that adding days never meets a clock change.
export function calendarDay(at: Date): Date {
  return new Date(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()));
}

export function shade(attempts: number): Square["shade"] {
  if (attempts <= 0) return 0;
  if (attempts === 1) return 1;
  if (attempts <= 3) return 2;
  return attempts <= 5 ? 3 : 4;
}

// Rows are weekdays (Monday first), columns are weeks, the last of them the current one.
export function layWeeks(heat: HeatDay[], today: Date, weeks: number): Square[][] {
  const byDate = new Map(heat.map((day) => [day.date.slice(0, 10), day]));
  const now = calendarDay(today);
  const monday = now.getTime() - ((now.getUTCDay() + 6) % 7) * DAY_MS;
  return Array.from({ length: 7 }, (_, weekday) =>
    Array.from({ length: weeks }, (_, week) => {
      const at = new Date(monday + (weekday - 7 * (weeks - 1 - week)) * DAY_MS);
      const day = byDate.get(iso(at));
      const attempts = day?.attempts ?? 0;
      return { date: iso(at), attempts, minutes: day?.minutes ?? 0, shade: shade(attempts), future: at > now };
    }),
  );
}
