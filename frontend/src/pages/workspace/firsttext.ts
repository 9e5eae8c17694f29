// With what text does the editor open: this browser's newer copy, the server's draft, or the starter?
import type { DrillPage } from "../../api/contract";
import type { Kept } from "../../drafts/shelf";

export interface FirstText {
  text: string;
  confidence: number | null;
  from: "browser" | "server" | "starter";
}

export function firstText(drill: Pick<DrillPage, "draft" | "starter">, kept: Kept | null, fresh: boolean): FirstText {
  if (fresh) return { text: drill.starter, confidence: null, from: "starter" };
  if (kept && kept.text !== drill.draft?.text) return { text: kept.text, confidence: kept.confidence, from: "browser" };
  if (drill.draft) return { text: drill.draft.text, confidence: drill.draft.confidence, from: "server" };
  return { text: drill.starter, confidence: null, from: "starter" };
}
