// How does a file become what the server takes, and what is too large for it?
import type { RowsTaken } from "../../api/contract";
import { many } from "../../words/format";

export const LONGEST_ARCHIVE_BYTES = 47_000_000; // in base64 it stays below what the server takes in one request

export const CONFIRMED = "delete everything";

// One sort of row in words, for one and for more.
const SORTS: Record<string, readonly [string, string]> = {
  attempt: ["attempt", "attempts"],
  debrief: ["debrief", "debriefs"],
  stop: ["examination that stopped", "examinations that stopped"],
  reply: ["reply to a pushback", "replies to pushbacks"],
  mark: ["mark you gave yourself", "marks you gave yourself"],
  draft: ["draft", "drafts"],
  document: ["plan, goal or page in progress", "plans, goals and pages in progress"],
  writing: ["writing", "writings"],
  writing_mark: ["mark on a writing", "marks on writings"],
  review: ["card review", "card reviews"],
  forecast: ["forecast", "forecasts"],
  outcome: ["outcome of a round", "outcomes of rounds"],
};

export function sortName(sort: string, rows: number): string {
  const [one, more] = SORTS[sort] ?? [sort.replaceAll("_", " "), sort.replaceAll("_", " ")];
  return rows === 1 ? one : more;
}

// "12 rows added, 1 replaced by a newer one: plan."
export function takenSaid({ added, replaced }: RowsTaken, file: string): string {
  if (!added && !replaced.length) return `${file} holds nothing that is not here already.`;
  const newer = replaced.length ? `, ${replaced.length} replaced by ${replaced.length === 1 ? "a newer one" : "newer ones"}: ${replaced.join(", ")}` : "";
  return `${many(added, "row")} added from ${file}${newer}.`;
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export async function readArchive(file: File): Promise<string> {
  if (file.size > LONGEST_ARCHIVE_BYTES) {
    throw new Error(`${file.name} has ${size(file.size)}. Here it may have ${size(LONGEST_ARCHIVE_BYTES)}; run "liveloop import" for more.`);
  }
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(new Error(`${file.name} cannot be read: ${reader.error?.message ?? "no reason was given"}.`));
    reader.readAsDataURL(file);
  });
}
