// What of today's plan comes now, what follows, what is done, and how is the day said?
import type { Today } from "../../api/contract";
import type { Block } from "../../words/activities";
import { daysBetween, hours, shortDay, weekdayName } from "../../words/days";
import { many } from "../../words/format";

export type Agenda = Today["agenda"];
// at work: something is to do; done: all of it is; rest: nothing was planned for today.
export type DayState = "at work" | "done" | "rest";

export interface DayPlan {
  state: DayState;
  now: Block | null;
  follows: Block[];
  done: Block[];
  minutes: number; // still to do
}

export function readDay(agenda: Pick<Agenda, "blocks">): DayPlan {
  const open = agenda.blocks.filter((block) => block.state === "planned");
  const done = agenda.blocks.filter((block) => block.state === "done");
  return {
    state: open.length ? "at work" : done.length ? "done" : "rest",
    now: open[0] ?? null,
    follows: open.slice(1),
    done,
    minutes: sum(open),
  };
}

const sum = (blocks: readonly Block[]): number => blocks.reduce((total, block) => total + block.minutes, 0);

export function headline(agenda: Agenda): string {
  const day = readDay(agenda);
  if (agenda.rounds.length) return agenda.state === "over" ? "Today is the last day of the loop." : `Today is the day of a round. ${many(agenda.days_left ?? 0, "day")} until the last.`;
  const left = ` ${many(agenda.days_left ?? 0, "day")} until the last round.`;
  if (day.state === "rest") return `A day of rest.${left}`;
  if (day.state === "done") return `${hours(sum(day.done))} done, and that was today.${left}`;
  const more = day.done.length ? `${hours(sum(day.done))} done, ${hours(day.minutes)} to go.` : `${many(day.follows.length + 1, "block")}, ${hours(day.minutes)} in all.`;
  return `${more}${left}`;
}

// "tomorrow, Saturday: 2 h" or "Sat 28 Nov: 2 h"; nothing when no day with practice is left.
export function nextSaid(agenda: Pick<Agenda, "next_day" | "next_minutes">, today: string): string {
  if (!agenda.next_day) return "";
  const tomorrow = daysBetween(today, agenda.next_day) === 1;
  const day = tomorrow ? `tomorrow, ${weekdayName(agenda.next_day)}` : shortDay(agenda.next_day);
  return `${day}: ${hours(agenda.next_minutes)}`;
}
