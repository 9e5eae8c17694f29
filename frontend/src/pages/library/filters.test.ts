// Do the library's filters survive the address, and does every reference stand under its theme?
import { describe, expect, it } from "vitest";
import type { LibraryList } from "../../api/contract";
import { anyFilter, authorsSaid, figuresSaid, readFilters, shelves, unbroken, venueSaid, writeFilters } from "./filters";

describe("the library's filters", () => {
  it("stand in the address and come back", () => {
    const filters = { q: " steering vectors ", skill: "stats.cuped" };
    const query = writeFilters(filters).toString();
    expect(readFilters(query)).toEqual({ q: "steering vectors", skill: "stats.cuped" });
    expect(anyFilter(filters)).toBe(true);
    expect(anyFilter({ q: "  ", skill: "" })).toBe(false);
  });

  it("keep the order of the themes", () => {
    const card = (slug: string, theme: string) => ({ slug, theme }) as LibraryList["references"][number];
    const list = {
      themes: [
        { id: "statistics", title: "Statistics" },
        { id: "ml", title: "ML" },
      ],
      references: [card("a", "ml"), card("b", "statistics"), card("c", "ml")],
    } as LibraryList;
    expect(shelves(list).map((shelf) => shelf.references.map((one) => one.slug))).toEqual([["b"], ["a", "c"]]);
  });

  it("say what was seen", () => {
    expect(figuresSaid({ figures: 0, seen: 0 })).toBe("no figures");
    expect(figuresSaid({ figures: 1, seen: 1 })).toBe("1 figure, seen");
    expect(figuresSaid({ figures: 3, seen: 2 })).toBe("2 of 3 figures seen");
    expect(figuresSaid({ figures: 2, seen: 2 })).toBe("2 figures, all seen");
    expect(figuresSaid({ figures: 1, seen: 0 })).toBe("1 figure, not verified");
  });

  it("name the authors and the venue", () => {
    expect(authorsSaid(["A. One", "B. Two"])).toBe("A. One, B. Two");
    expect(authorsSaid(["A. One", "others"])).toBe("A. One and others");
    expect(venueSaid({ venue: "KDD 2019", year: 2019 })).toBe("KDD 2019");
    expect(unbroken("81 % of 5 %")).toBe("81\u00a0% of 5\u00a0%");
    expect(venueSaid({ venue: "Science", year: 1975 })).toBe("Science, 1975");
  });
});
