// How are aids, marks and lengths put in words?
import { many, running } from "../words/format";
import type { CaseRow, LookedCard, WritingRow, WrittenSection } from "./api";

export const PAGE = "Page";
export const EXECUTED = "Executed design";
const AIDS = ["an empty page", "headings only", "the whole frame"];
export const aidsName = (aids: number): string => AIDS[aids] ?? `${aids} aids`;

export const SORTS: readonly { sort: CaseRow["sort"]; title: string; says: string }[] = [
  { sort: "product", title: "Product cases", says: "A number moved, or a decision is due. Ask before you assume." },
  { sort: "platform", title: "Experimentation platforms", says: "The machinery of deciding: assignment, metrics, looks, governance." },
  { sort: "design", title: "System design", says: "A live model with late labels, few reviewers and people who adapt." },
];

export const STEPS: readonly { value: number; name: string; says: string }[] = [
  { value: 0, name: "0", says: "absent" },
  { value: 0.25, name: "¼", says: "hinted at" },
  { value: 0.5, name: "½", says: "half of it" },
  { value: 0.75, name: "¾", says: "nearly all" },
  { value: 1, name: "1", says: "as good as described" },
];
export const markName = (mark: number): string => STEPS.find((step) => step.value === mark)?.name ?? mark.toFixed(2);

export const countWords = (text: string): number => text.split(/\s+/).filter(Boolean).length;

// Told calmly: about 140 words a minute.
const WORDS_A_SECOND = 140 / 60;
export const spokenSeconds = (text: string): number => Math.round(countWords(text) / WORDS_A_SECOND);

export const duration = (seconds: number): string => running(Math.round(seconds) * 1000);

export function rowSaid(row: WritingRow): string {
  const found = row.of ? `${row.found} of ${row.of} found` : "nothing to look for";
  return [row.seconds ? duration(row.seconds) : "", many(row.words, "word"), found].filter(Boolean).join(", ");
}

// A criterion that wants more evidence than there is has some all the same.
export function someOf(criterion: LookedCard, sections: readonly WrittenSection[]): boolean {
  return sections.some((section) => section.pieces.some((piece) => piece.criteria?.includes(criterion.id)));
}

export type Pace = "" | "late" | "over";
export const pace = (seconds: number, planned: number): Pace =>
  planned <= 0 ? "" : seconds >= planned ? "over" : seconds >= 0.8 * planned ? "late" : "";
