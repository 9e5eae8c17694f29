// What is each activity of a plan called, how is it drawn, and where is it done?
import type { components } from "../api/schema";
import { toCase, toDrill, toMock, toPrompt, toReference } from "../routing/routes";

export type Block = components["schemas"]["Block"];
export type Activity = Block["activity"];
// Activities that are alike share a colour; the drawing tells them apart without it.
export type Family = "learn" | "code" | "think" | "tell" | "mock";

interface Kind {
  name: string;
  family: Family;
  // Strokes on a grid of 16 by 16.
  path: string;
}

export const ACTIVITIES: Record<Activity, Kind> = {
  baseline: { name: "Baseline", family: "learn", path: "M2 12.5a6 6 0 0 1 12 0M8 12.5l3-4" },
  review: { name: "Reviews", family: "learn", path: "M13 8.5a5 5 0 1 1-1.6-3.7M13.2 2v3.2H10" },
  reading: { name: "Reading", family: "learn", path: "M8 4.2C6.2 3 4 3 2 3.6v9c2-.6 4.2-.6 6 .6 1.8-1.2 4-1.2 6-.6v-9C12 3 9.8 3 8 4.2v9" },
  sql: { name: "SQL", family: "code", path: "M3 4.2c0-2.6 10-2.6 10 0s-10 2.6-10 0v7.6c0 2.6 10 2.6 10 0V4.2M3 8c0 2.6 10 2.6 10 0" },
  python: { name: "Python", family: "code", path: "M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4" },
  case: { name: "Case", family: "think", path: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3 14 14" },
  design: { name: "Design", family: "think", path: "M2 2.5h4.5v4H2zM9.5 9.5H14v4H9.5zM6.5 4.5h5.2v5" },
  narrative: { name: "Narrative", family: "tell", path: "M2.5 3.5h11M2.5 8h11M2.5 12.5h6" },
  prompt: { name: "Prompt", family: "tell", path: "M2 3h12v8H8.5l-3.5 3v-3H2z" },
  mock: { name: "Mock", family: "mock", path: "M8 4.8a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2M8 7v2.5l1.6 1M6.5 2h3" },
};

export const activityName = (activity: Activity): string => ACTIVITIES[activity].name;

// Reading leaves no record of its own; everything else is done by doing it here, or is said to be done elsewhere.
export const recorded = (activity: Activity): boolean => activity !== "reading";

const ELSEWHERE = "elsewhere";

// Whether it is done or to come: what was missed or left out counts for nothing.
export const counts = (block: Pick<Block, "state">): boolean => block.state === "planned" || block.state === "done";

// What a person said of a block, and may take back.
export const byHand = (block: Pick<Block, "state" | "done_by">): boolean => block.state === "dropped" || (block.state === "done" && ["", ELSEWHERE].includes(block.done_by));

export function stateName(block: Pick<Block, "state" | "done_by">): string {
  if (block.state === "dropped") return "left out";
  return block.state === "done" && block.done_by === ELSEWHERE ? "done elsewhere" : block.state;
}

// A narrative that is to be written has no name yet: its page is the list of all.
export function toBlock(block: Pick<Block, "activity" | "refers">): string {
  if (block.activity === "baseline" || block.activity === "review") return `/${block.activity}`;
  if (block.activity === "narrative" || !block.refers) return EMPTY[block.activity];
  if (block.activity === "reading") return toReference(block.refers);
  if (block.activity === "prompt") return toPrompt(block.refers);
  if (block.activity === "mock") return toMock(block.refers);
  return block.activity === "sql" || block.activity === "python" ? toDrill(block.refers) : toCase(block.refers);
}

// Where one chooses for oneself, when a block names nothing.
const EMPTY: Record<Activity, string> = {
  baseline: "/baseline",
  review: "/review",
  reading: "/library",
  sql: "/drills",
  python: "/drills",
  case: "/cases",
  design: "/cases",
  narrative: "/narratives",
  prompt: "/cases",
  mock: "/plan",
};
