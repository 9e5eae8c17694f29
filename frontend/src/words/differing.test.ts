// Are exactly the rows and cells marked that differ?
import { describe, expect, it } from "vitest";
import type { Cell, Sheet } from "../api/contract";
import { differing } from "./differing";

const sheet = (rows: Cell[][], marked: number[] = [], columns = ["a", "b"], cut = 0): Sheet => ({
  columns,
  types: columns.map(() => "BIGINT"),
  rows,
  marked,
  cut,
});

describe("differing", () => {
  it("follows the examiner's marks, even where the rows look equal", () => {
    const apart = differing(sheet([[1, 1], [2, 2]], [1]), sheet([[1, 1], [2, 2]], [1]));
    expect([...apart.got.rows]).toEqual([1]);
    expect(apart.got.cells.get(1)?.size).toBe(0);
  });

  it("compares as a bag without marks: order does not matter, counts do", () => {
    const same = differing(sheet([[1, 1], [2, 2]]), sheet([[2, 2], [1, 1]]));
    expect(same.got.rows.size + same.expected.rows.size).toBe(0);
    const doubled = differing(sheet([[1, 1]]), sheet([[1, 1], [1, 1]]));
    expect([...doubled.got.rows]).toEqual([1]);
    expect(doubled.shape).toBe("2 rows where 1 was expected");
  });

  it("tells NULL from the text NULL and from zero", () => {
    const apart = differing(sheet([[null, 0]]), sheet([["NULL", 0]]));
    expect(apart.got.cells.get(0)).toEqual(new Set([0]));
    expect(differing(sheet([[null, 1]]), sheet([[0, 1]])).got.rows.size).toBe(1);
  });

  it("points at the cells only where the pair shares another cell", () => {
    const apart = differing(sheet([[1, 5], [3, 4]]), sheet([[1, 6], [7, 8]]));
    expect(apart.expected.cells.get(0)).toEqual(new Set([1]));
    expect(apart.expected.cells.has(1)).toBe(false);
    expect(apart.expected.rows).toEqual(new Set([0, 1]));
  });

  it("marks the only cell of a row", () => {
    const apart = differing(sheet([[1]], [], ["a"]), sheet([[2]], [], ["a"]));
    expect(apart.got.cells.get(0)).toEqual(new Set([0]));
  });

  it("says when the shape differs, counting the rows that are cut", () => {
    expect(differing(sheet([[1, 2]]), sheet([[1]], [], ["a"])).shape).toBe("1 column where 2 were expected");
    expect(differing(sheet([[1, 2]], [], ["a", "b"], 3), sheet([[1, 2]])).shape).toBe("1 row where 4 were expected");
  });

  it("marks nothing in two empty sheets", () => {
    const apart = differing(sheet([]), sheet([]));
    expect(apart).toMatchObject({ shape: "" });
    expect(apart.got.rows.size).toBe(0);
  });
});
