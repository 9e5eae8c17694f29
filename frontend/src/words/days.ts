// How is a calendar date reckoned with and said? It carries no zone, so it is always read as midnight UTC.
const DAY_MS = 86_400_000;
const at = (date: string): number => Date.parse(`${date}T00:00:00Z`);

export function addDays(date: string, days: number): string {
  return new Date(at(date) + days * DAY_MS).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((at(to) - at(from)) / DAY_MS);
}

// 0 is Monday, as in the plan's days off.
export function weekday(date: string): number {
  return (new Date(at(date)).getUTCDay() + 6) % 7;
}

export const mondayOf = (date: string): string => addDays(date, -weekday(date));

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export const weekdayName = (date: string): string => WEEKDAYS[weekday(date)] ?? "";
export const dayNumber = (date: string): number => Number(date.slice(8, 10));
export const monthName = (date: string): string => MONTHS[Number(date.slice(5, 7)) - 1] ?? "";
export const shortDay = (date: string): string => `${weekdayName(date).slice(0, 3)} ${dayNumber(date)} ${monthName(date)}`;

// How far a day is from today, as it is said.
export function fromToday(today: string, date: string): string {
  const days = daysBetween(today, date);
  if (days === 0) return "today";
  if (days === 1) return "tomorrow";
  if (days === -1) return "yesterday";
  return days > 0 ? `in ${days} days` : `${-days} days ago`;
}

// 95 minutes are "1 h 35"; under an hour they stay minutes. The parts stay on one line.
export function hours(minutes: number): string {
  const [whole, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)];
  if (!whole) return `${rest}\u00a0min`;
  return rest ? `${whole}\u00a0h\u00a0${String(rest).padStart(2, "0")}` : `${whole}\u00a0h`;
}
