// How are numbers, times and codes put in words?
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "not stated" : `${Math.round(share * 100)} %`;
}

export function seconds(value: number): string {
  if (value < 0.0005) return "under 1 ms";
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  return value < 10 ? `${value.toFixed(2)} s` : `${value.toFixed(1)} s`;
}

export function many(count: number, one: string, more = `${one}s`): string {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? one : more}`;
}

const pad = (value: number): string => String(value).padStart(2, "0");

export function clock(at: Date): string {
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

// A running time as mm:ss, or h:mm:ss beyond the hour.
export function running(milliseconds: number): string {
  const whole = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${pad(minutes)}:${pad(rest)}`;
}

export function ago(iso: string, now: Date): string {
  const past = now.getTime() - new Date(iso).getTime();
  if (Number.isNaN(past)) return iso;
  if (past < MINUTE) return "just now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  if (past < 7 * DAY) return many(Math.floor(past / DAY), "day") + " ago";
  return day(iso);
}

const DAY_FORMAT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const LONG_DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

export function day(iso: string): string {
  return DAY_FORMAT.format(new Date(iso));
}

export function moment(iso: string): string {
  return MOMENT.format(new Date(iso));
}

// A calendar date carries no zone: it must not slip to the day before in the west.
export function longDay(date: string): string {
  return LONG_DAY.format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
}

// "sql.time-joins" is how a skill is stored; "time joins" is how it is said.
export function skillName(skill: string): string {
  return skill.split(".").slice(1).join(" ").replaceAll("-", " ") || skill;
}

export function sentence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed) return "";
  const first = trimmed[0]?.toUpperCase() ?? "";
  return first + trimmed.slice(1) + (/[.!?:]$/.test(trimmed) ? "" : ".");
}

export const kindName = (kind: string): string => (kind === "sql" ? "SQL" : kind === "python" ? "Python" : kind === "features" ? "Features" : kind);

const DIFFICULTY = ["", "gentle", "easy", "medium", "hard", "severe"];
export const difficultyName = (difficulty: number): string => DIFFICULTY[difficulty] ?? String(difficulty);

const STATES: Record<string, string> = { new: "New", drafted: "Draft", tried: "Tried", clean: "Clean" };
export const stateName = (state: string): string => STATES[state] ?? state;
