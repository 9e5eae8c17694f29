// Which page does a path name?
export type PageName = "today" | "drills" | "workspace" | "debrief" | "progress" | "missing";
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
export const toAttempt = (id: string): string => `/attempts/${encodeURIComponent(id)}`;

// A click that the app may take over: the plain button, no modifier, the same tab, the same origin.
export function isOurs(event: MouseEvent, link: HTMLAnchorElement): boolean {
  if (event.defaultPrevented || event.button !== 0) return false;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.target && link.target !== "_self") return false;
  if (link.hasAttribute("download") || link.origin !== location.origin) return false;
  return !link.pathname.startsWith("/api/") && !(link.pathname === location.pathname && link.hash !== "");
}
