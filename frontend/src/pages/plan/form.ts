// What is typed about one's time, and what is then asked of the planner?
import type { GoalIn, PlanPage } from "./api";

export interface Draft {
  last: string;
  hours: string;
  loop: string;
  own: boolean; // the rounds have dates of their own
  dates: Record<string, string>;
  weekdaysOff: number[];
  datesOff: string[];
  baseline: boolean;
  evening: string;
  morning: string;
}

// Words at one field: what was wrong, and what is allowed.
export interface Wrong {
  where: string;
  message: string;
}

export function draftOf(page: PlanPage): Draft {
  const goal = page.plan?.goal;
  if (!goal || page.over) {
    return { last: "", hours: String(goal?.hours_a_week ?? 8), loop: page.loop.id, own: false, dates: {}, weekdaysOff: [...(goal?.weekdays_off ?? [])], datesOff: [], baseline: !goal, evening: goal?.evening ?? "19:00", morning: goal?.morning ?? "10:00" };
  }
  const dates = Object.values(goal.dates).sort();
  return {
    last: dates.at(-1) ?? "",
    hours: String(goal.hours_a_week),
    loop: goal.loop,
    own: dates[0] !== dates.at(-1),
    dates: { ...goal.dates },
    weekdaysOff: [...goal.weekdays_off],
    datesOff: [...goal.dates_off],
    baseline: goal.baseline,
    evening: goal.evening,
    morning: goal.morning,
  };
}

export function goalOf(draft: Draft): GoalIn {
  return {
    last: draft.last,
    hours_a_week: readHours(draft.hours),
    loop: draft.loop,
    dates: draft.own ? { ...draft.dates } : null,
    weekdays_off: [...draft.weekdaysOff].sort(),
    dates_off: [...draft.datesOff].sort(),
    baseline: draft.baseline,
    evening: draft.evening,
    morning: draft.morning,
  };
}

const readHours = (text: string): number => (text.trim() ? Number(text.replace(",", ".")) : NaN);

// What cannot even be sent: a date or a number that is not there.
export function firstMissing(draft: Draft): Wrong | null {
  if (!draft.last) return { where: "last", message: "When is the last round? A date is wanted here." };
  const round = draft.own ? Object.keys(draft.dates).find((id) => !draft.dates[id]) : undefined;
  if (round) return { where: `dates.${round}`, message: "A date is wanted here." };
  if (!Number.isFinite(readHours(draft.hours))) return { where: "hours_a_week", message: "A number of hours is wanted here, such as 8 or 7.5." };
  if (!draft.evening || !draft.morning) return { where: draft.evening ? "morning" : "evening", message: "A time is wanted here, such as 19:00." };
  return null;
}

const FIELDS = ["last", "hours_a_week", "weekdays_off", "dates_off", "loop", "baseline", "evening", "morning"];

// At which field a refusal belongs; "" when it belongs to none. A date of one round is shown at that round only when
// the rounds have dates of their own.
export function fieldOf(where: string, draft: Draft): string {
  const field = where.replace(/^body\./, "");
  if (field === "dates" || field === "begins") return "last";
  if (field.startsWith("dates.")) return draft.own && field.slice(6) in draft.dates ? field : "last";
  return FIELDS.find((name) => field === name || field.startsWith(`${name}.`)) ?? "";
}
