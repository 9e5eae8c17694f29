// What is the working draft of a project in this browser, and what does each section ask?
import type { NarrativeIn, NarrativePage, Rehearsing } from "./api";

export interface Working {
  title: string;
  sections: Record<string, string>;
  planned: Record<string, number>;
  rehearsing: Rehearsing | null;
}

export const HINTS: Readonly<Record<string, string>> = {
  Context: "What was to be decided, by whom, for whom, and what was it worth?",
  Issue: "What was wrong, measured how, and how large was it?",
  "Root cause": "What broke underneath, how do you know, and which other explanations fell?",
  Calculation: "Which comparison, which unit, which two mistakes were weighed, and how sure were you?",
  "Long-term impact": "What is still true today, and what would tell you if it stopped?",
  Stakeholders: "Who had to agree, what did they need, and what did you get wrong on the way?",
};

export const fromServer = (page: NarrativePage): Working => ({
  title: page.title,
  sections: page.sections,
  planned: page.planned,
  rehearsing: page.rehearsing,
});

// A title that is being typed anew is empty for a moment; the draft is kept all the same.
export const UNTITLED = "Without a title";
export const toServer = (working: Working): NarrativeIn => ({ ...working, title: working.title.trim() ? working.title : UNTITLED }) as NarrativeIn;

const isRecord = (value: unknown, kind: "string" | "number"): boolean =>
  value !== null && typeof value === "object" && Object.values(value).every((one) => typeof one === kind);

export function readWorking(said: unknown): Working | null {
  if (!said || typeof said !== "object") return null;
  const { title, sections, planned, rehearsing } = said as Partial<Working>;
  if (typeof title !== "string" || !isRecord(sections, "string") || !isRecord(planned, "number")) return null;
  return { title, sections: sections ?? {}, planned: planned ?? {}, rehearsing: readRehearsing(rehearsing) };
}

function readRehearsing(said: unknown): Rehearsing | null {
  if (!said || typeof said !== "object") return null;
  const { part, used, notes } = said as Partial<Rehearsing>;
  if (typeof part !== "string" || !isRecord(used, "number") || !isRecord(notes, "string")) return null;
  return { part, used: used ?? {}, notes: notes ?? {} };
}
