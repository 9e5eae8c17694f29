// What does a phase of a mock open in a tab of its own, if anything?
import { toCase, toDrill, toPrompt, toReference } from "../../routing/routes";
import type { Phase } from "./api";

export function opens(phase: Pick<Phase, "activity" | "refers">): { to: string; name: string } | null {
  const { activity, refers } = phase;
  if (activity === "narrative") return { to: "/narratives", name: "Open your narratives" };
  if (!refers) return null;
  if (activity === "sql" || activity === "python") return { to: toDrill(refers), name: "Open the drill" };
  if (activity === "case" || activity === "design") return { to: toCase(refers), name: activity === "case" ? "Open the case" : "Open the design" };
  if (activity === "reading") return { to: toReference(refers), name: "Open the reference" };
  return activity === "prompt" ? { to: toPrompt(refers), name: "Open the prompt" } : null;
}
