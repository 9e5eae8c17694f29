// On which probes did a skill break, the most frequent first?
import { probeName } from "../../words/probes";

export interface Broke {
  name: string;
  times: number;
}

const SHOWN = 4;

export function brokeOn(findings: string[] | Record<string, number>): Broke[] {
  const counts = new Map<string, number>();
  if (Array.isArray(findings)) for (const code of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  else for (const [code, times] of Object.entries(findings)) counts.set(code, times);
  return [...counts]
    .sort(([, one], [, two]) => two - one)
    .slice(0, SHOWN)
    .map(([code, times]) => ({ name: probeName(code), times }));
}
