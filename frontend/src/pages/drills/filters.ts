// Which filters are on, how do they stand in the address, and how are the drills walked by keys?
export interface Filters {
  q: string;
  skill: string;
  week: string;
  state: string;
  kind: string;
}
const NAMES = ["q", "skill", "week", "state", "kind"] as const;

export function readFilters(query: string): Filters {
  const given = new URLSearchParams(query);
  const filters: Filters = { q: "", skill: "", week: "", state: "", kind: "" };
  for (const name of NAMES) filters[name] = given.get(name) ?? "";
  return filters;
}

export function writeFilters(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of NAMES) {
    const value = filters[name].trim();
    if (value) query.set(name, value);
  }
  return query;
}

export const anyFilter = (filters: Filters): boolean => writeFilters(filters).size > 0;

// From nowhere, down goes to the first and up to the last; at the ends it stays.
export function walk(at: number, count: number, key: string): number | null {
  if (count === 0) return null;
  if (key === "j" || key === "ArrowDown") return Math.min(at + 1, count - 1);
  if (key === "k" || key === "ArrowUp") return at < 0 ? count - 1 : Math.max(at - 1, 0);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return null;
}
