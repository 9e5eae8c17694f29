// What does each probe ask, in a few words for a person?
const ASKED: Record<string, string> = {
  disagrees: "Ordinary data",
  boundary: "Exactly on the boundary",
  null: "Missing values",
  "fan-out": "Duplicated matches",
  tie: "Ties",
  "time-zone": "Another time zone",
  "empty-group": "An emptied group",
  nondeterminism: "Another order of rows",
  "future-read": "Facts not yet known",
  brittle: "Unusual input",
  slow: "Speed at ten times the rows",
  imprecise: "Width of the intervals",
  unreadable: "Readability",
};

// A drill's own probes have codes that are not in the list: the code itself then speaks.
export function probeName(code: string): string {
  return ASKED[code] ?? code.replaceAll("-", " ").replace(/^./, (first) => first.toUpperCase());
}

// What an examination is at: a probe's code, or words of the examiner's own.
export function stageName(stage: string): string {
  const probe = ASKED[stage];
  return probe ? `Asking: ${probe.charAt(0).toLowerCase()}${probe.slice(1)}` : probeName(stage);
}

// "slow: no larger world" is how a probe that could not be asked comes, with its reason.
export function splitUnknown(text: string): { probe: string; reason: string } {
  const colon = text.indexOf(":");
  if (colon < 0) return { probe: text.trim(), reason: "" };
  return { probe: text.slice(0, colon).trim(), reason: text.slice(colon + 1).trim() };
}
