// How is a block said in words: to a screen reader, in a tooltip, in what a change announces?
import { ACTIVITIES, activityName, stateName } from "../../words/activities";
import type { Block } from "./api";
import type { Mark } from "./compare";

export const MARKS: Record<Mark, string> = { moved: "moved", new: "new", changed: "opens something else now" };
export const MARK_SIGNS: Record<Mark, string> = { moved: "↷", new: "+", changed: "≠" };

// "Mock: Product case" says its activity itself; "Reviews" is its activity.
export function blockTitle(block: Block): string {
  return block.title || activityName(block.activity);
}

// What a change says of a block stays on one line.
const SHORT = 44;
export function shortTitle(block: Block): string {
  const title = blockTitle(block);
  return title.length <= SHORT ? title : `${title.slice(0, title.lastIndexOf(" ", SHORT - 1))} …`;
}

export function blockSaid(block: Block, mark: Mark | undefined): string {
  const name = ACTIVITIES[block.activity].name;
  const title = blockTitle(block);
  const parts = [title.startsWith(name) ? title : `${name}: ${title}`, `${block.minutes} min`];
  if (block.state !== "planned") parts.push(stateName(block));
  if (block.pinned && block.state === "planned") parts.push("pinned");
  if (mark) parts.push(MARKS[mark]);
  return parts.join(", ");
}

// A mock's chip names its round: which one matters more than that it is a mock.
export function chipName(block: Block): string {
  const round = block.activity === "mock" ? block.title.replace(/^Mock: /, "") : "";
  return round || activityName(block.activity);
}
