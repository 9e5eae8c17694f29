// Which page does a path name?
export type PageName =
  | "today"
  | "plan"
  | "baseline"
  | "review"
  | "mock"
  | "drills"
  | "workspace"
  | "debrief"
  | "cases"
  | "case"
  | "prompt"
  | "narratives"
  | "narrative"
  | "library"
  | "reference"
  | "offers"
  | "progress"
  | "data"
  | "missing";
export interface Route {
  page: PageName;
  parameters: Record<string, string>;
}

const ROUTES: readonly (readonly [PageName, string])[] = [
  ["today", "/"],
  ["drills", "/drills"],
  ["workspace", "/drills/:slug"],
  ["debrief", "/attempts/:id"],
  ["progress", "/progress"],
  ["plan", "/plan"],
  ["baseline", "/baseline"],
  ["review", "/review"],
  ["mock", "/mocks/:id"],
  ["cases", "/cases"],
  ["case", "/cases/:slug"],
  ["prompt", "/prompts/:slug"],
  ["narratives", "/narratives"],
  ["narrative", "/narratives/:id"],
  ["library", "/library"],
  ["reference", "/library/:slug"],
  ["offers", "/offers"],
  ["data", "/data"],
];

export function match(path: string): Route {
  const parts = split(path);
  for (const [page, pattern] of ROUTES) {
    const parameters = fit(split(pattern), parts);
    if (parameters) return { page, parameters };
  }
  return { page: "missing", parameters: {} };
}

function split(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function fit(pattern: string[], parts: string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (!wanted.startsWith(":")) {
      if (wanted !== part) return null;
      continue;
    }
    const value = decode(part);
    if (value === null) return null;
    parameters[wanted.slice(1)] = value;
  }
  return parameters;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

export const toDrill = (slug: string): string => `/drills/${encodeURIComponent(slug)}`;
export const toCase = (slug: string): string => `/cases/${encodeURIComponent(slug)}`;
export const toPrompt = (slug: string): string => `/prompts/${encodeURIComponent(slug)}`;
export const toNarrative = (id: string): string => `/narratives/${encodeURIComponent(id)}`;
export const toReference = (slug: string): string => `/library/${encodeURIComponent(slug)}`;
export const toMock = (id: string): string => `/mocks/${encodeURIComponent(id)}`;
export const toAttempt = (id: string): string => `/attempts/${encodeURIComponent(id)}`;

// A click that the app may take over: the plain button, no modifier, the same tab, the same origin.
export function isOurs(event: MouseEvent, link: HTMLAnchorElement): boolean {
  if (event.defaultPrevented || event.button !== 0) return false;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.target && link.target !== "_self") return false;
  if (link.hasAttribute("download") || link.origin !== location.origin) return false;
  return !link.pathname.startsWith("/api/") && !(link.pathname === location.pathname && link.hash !== "");
}
