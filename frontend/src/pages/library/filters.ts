// Which filters of the library are on, how do they stand in the address, and how is a reference put in words?
import type { LibraryList, ReferenceCard } from "../../api/contract";

export interface LibraryFilters {
  q: string;
  skill: string;
}

export function readFilters(query: string): LibraryFilters {
  const given = new URLSearchParams(query);
  return { q: given.get("q") ?? "", skill: given.get("skill") ?? "" };
}

export function writeFilters(filters: LibraryFilters): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ["q", "skill"] as const) {
    const value = filters[name].trim();
    if (value) query.set(name, value);
  }
  return query;
}

export const anyFilter = (filters: LibraryFilters): boolean => writeFilters(filters).size > 0;

export interface Shelf {
  id: string;
  title: string;
  references: ReferenceCard[];
}

export function shelves(list: LibraryList): Shelf[] {
  return list.themes.map((theme) => ({ ...theme, references: list.references.filter((card) => card.theme === theme.id) }));
}

// "2 of 3 figures seen" is worth saying; that there are none is too.
export function figuresSaid(card: Pick<ReferenceCard, "figures" | "seen">): string {
  if (card.figures === 0) return "no figures";
  if (card.figures === 1) return card.seen ? "1 figure, seen" : "1 figure, not verified";
  if (card.seen === card.figures) return `${card.figures} figures, all seen`;
  return `${card.seen} of ${card.figures} figures seen`;
}

// Long lists of authors end in "others"; it is no name.
export function authorsSaid(authors: readonly string[]): string {
  const names = authors.filter((name) => name !== "others");
  return names.join(", ") + (names.length < authors.length ? " and others" : "");
}

// Most venues carry their year already.
export function venueSaid(page: { venue: string; year: number }): string {
  return page.venue.includes(String(page.year)) ? page.venue : `${page.venue}, ${page.year}`;
}

// A number keeps its sign of percent on its own line.
export const unbroken = (text: string): string => text.replace(/(\d) %/g, "$1\u00a0%");
