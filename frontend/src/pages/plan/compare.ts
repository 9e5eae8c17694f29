// What is different between a plan and the one before it, and how is that said?
import { many } from "../../words/format";
import type { Block } from "./api";

export type Mark = "moved" | "new" | "changed";

export interface Difference {
  moved: string[];
  changed: string[]; // the same day, but they open something else
  added: string[];
  gone: string[];
}

export function compare(before: readonly Block[], after: readonly Block[]): Difference {
  const old = new Map(before.map((block) => [block.id, block]));
  const kept = new Set(after.map((block) => block.id));
  const difference: Difference = { moved: [], changed: [], added: [], gone: before.filter((block) => !kept.has(block.id)).map((block) => block.id) };
  for (const block of after) {
    const was = old.get(block.id);
    if (!was) difference.added.push(block.id);
    else if (was.day !== block.day) difference.moved.push(block.id);
    else if (was.activity !== block.activity || was.refers !== block.refers) difference.changed.push(block.id);
  }
  return difference;
}

export function marksOf({ moved, changed, added }: Difference): Map<string, Mark> {
  return new Map([
    ...moved.map((id) => [id, "moved"] as const),
    ...changed.map((id) => [id, "changed"] as const),
    ...added.map((id) => [id, "new"] as const),
  ]);
}

// "2 blocks moved, none new, 1 gone; 3 open something else now."
export function wordDifference({ moved, changed, added, gone }: Difference): string {
  if (!moved.length && !changed.length && !added.length && !gone.length) return "Nothing else changed.";
  const parts = [`${moved.length ? many(moved.length, "block") : "No block"} moved`, `${added.length || "none"} new`];
  if (gone.length) parts.push(`${gone.length} gone`);
  const other = changed.length ? `; ${changed.length === 1 ? "1 opens" : `${changed.length} open`} something else now` : "";
  return `${parts.join(", ")}${other}.`;
}
