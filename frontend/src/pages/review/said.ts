// What is said of a review: how it was rated, when it comes back, how it went in all?
import { many, percent } from "../../words/format";
import type { Due } from "./api";

export const RATINGS = [
  { rating: 1, name: "Again", says: "not recalled" },
  { rating: 2, name: "Hard", says: "with effort" },
  { rating: 3, name: "Good", says: "recalled" },
  { rating: 4, name: "Easy", says: "at once" },
] as const;

export const ratingName = (rating: number): string => RATINGS.find((one) => one.rating === rating)?.name ?? String(rating);

const HOUR_MS = 3_600_000;
const midnight = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
const ON = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

// Days are counted as people do, from midnight to midnight; within the day hours and minutes are said.
export function comesBack(due: Date, now: Date): string {
  const days = Math.round((midnight(due) - midnight(now)) / (24 * HOUR_MS));
  if (due <= now) return "now";
  if (days === 0) {
    const minutes = Math.ceil((due.getTime() - now.getTime()) / 60_000);
    return minutes < 60 ? `in ${many(minutes, "minute")}` : `in ${many(Math.round(minutes / 60), "hour")}`;
  }
  return days === 1 ? "tomorrow" : `in ${many(days, "day")}, on ${ON.format(due)}`;
}

export function recalls(due: Pick<Due, "recall" | "recall_then">, interview: boolean): string {
  if (due.recall === null) return "";
  const then = interview && due.recall_then !== null ? `, ${percent(due.recall_then)} on the day of the interview if it were left` : "";
  return `recalled now: ${percent(due.recall)}${then}`;
}

export function tally(ratings: readonly number[]): string {
  const parts = RATINGS.flatMap(({ rating, name }) => {
    const count = ratings.filter((one) => one === rating).length;
    return count ? [`${count} ${name.toLowerCase()}`] : [];
  });
  return parts.join(", ");
}
