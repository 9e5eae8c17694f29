// Do the pages' own small decisions hold: first text, filters, walking a list, the heat map, calibration?
import { describe, expect, it } from "vitest";
import type { AttemptPage, CalibrationBin, Debrief } from "../api/contract";
import { columnsInSight } from "../editor/sight";
import { writeMarkdown } from "./debrief/markdown";
import { cutAround } from "./debrief/place";
import { anyFilter, readFilters, walk, writeFilters } from "./drills/filters";
import { drawable, verdict } from "./progress/calibration";
import { layWeeks, shade } from "./progress/weeks";
import { firstText } from "./workspace/firsttext";

describe("firstText", () => {
  const kept = { text: "mine", confidence: 0.4, at: "", started_at: null, unsent: true };
  const draft = { text: "theirs", confidence: 0.7, saved_at: "2026-03-01T00:00:00Z" };
  it("prefers what was never sent, then the server's draft, then the starter", () => {
    expect(firstText({ draft, starter: "s" }, kept, false)).toMatchObject({ text: "mine", from: "browser" });
    expect(firstText({ draft, starter: "s" }, null, false)).toMatchObject({ text: "theirs", confidence: 0.7 });
    expect(firstText({ draft: null, starter: "s" }, null, false)).toMatchObject({ text: "s", from: "starter" });
  });
  it("starts blank when a redo is asked for", () => {
    expect(firstText({ draft, starter: "s" }, kept, true)).toMatchObject({ text: "s", confidence: null });
  });
});

describe("filters", () => {
  it("come back from the address as they went", () => {
    const filters = { q: "late labels", skill: "sql.null", week: "2", state: "", kind: "sql" };
    expect(readFilters(`?${writeFilters(filters).toString()}`)).toEqual(filters);
    expect([anyFilter(readFilters("")), anyFilter(readFilters("?week=1")), anyFilter(readFilters("?q=%20"))]).toEqual([false, true, false]);
  });
});

describe("walk", () => {
  it("goes down and up, and stays at the ends", () => {
    expect([walk(-1, 3, "j"), walk(0, 3, "ArrowDown"), walk(2, 3, "j"), walk(0, 3, "k"), walk(-1, 3, "k")]).toEqual([0, 1, 2, 0, 2]);
    expect([walk(1, 3, "Home"), walk(1, 3, "End"), walk(1, 3, "x"), walk(0, 0, "j")]).toEqual([0, 2, null, null]);
  });
});

describe("layWeeks", () => {
  const wednesday = new Date(2026, 2, 11, 23, 30);
  const rows = layWeeks([{ date: "2026-03-11", attempts: 2, minutes: 30 }], wednesday, 4);
  it("ends with the current week, Monday first", () => {
    expect(rows).toHaveLength(7);
    expect(rows[0]?.map((square) => square.date)).toEqual(["2026-02-16", "2026-02-23", "2026-03-02", "2026-03-09"]);
    expect(rows[2]?.[3]).toMatchObject({ date: "2026-03-11", attempts: 2, shade: 2, future: false });
    expect(rows[3]?.[3]?.future).toBe(true);
  });
  it("shades by count", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 99].map(shade)).toEqual([0, 1, 2, 2, 3, 3, 4, 4]);
  });
});

describe("calibration", () => {
  const bin = (n: number, mean_confidence: number, share_clean: number): CalibrationBin => ({ low: 0, high: 1, n, mean_confidence, share_clean, interval: [0, 1] });
  const say = (bins: CalibrationBin[]) => verdict({ n: bins.reduce((sum, one) => sum + one.n, 0), brier: 0.2, bins });
  it("says nothing from nothing, and little from little", () => {
    expect(say([])).toContain("Nothing to tell yet");
    expect(say([bin(5, 0.9, 0)])).toContain("5 of about 20");
    expect(drawable([bin(0, 0, 0)])).toEqual([]);
  });
  it("tells over- from underconfidence, and both from chance", () => {
    expect(say([bin(20, 0.9, 0.4)])).toContain("surer than you should be");
    expect(say([bin(20, 0.3, 0.8)])).toContain("trust yourself more");
    expect(say([bin(20, 0.7, 0.65)])).toContain("within chance");
  });
});

describe("columnsInSight", () => {
  const tables = [{ name: "users" }, { name: "warnings" }];
  it("takes the tables that the text mentions, all before any is", () => {
    expect(columnsInSight(tables, "SELECT")).toEqual(tables);
    expect(columnsInSight(tables, "select * from WARNINGS w")).toEqual([{ name: "warnings" }]);
    expect(columnsInSight(tables, "select superusers")).toEqual(tables);
  });
});

describe("writeMarkdown", () => {
  const sheet = { columns: ["a|b", "n"], types: ["VARCHAR", "BIGINT"], rows: [["x|y", null]], marked: [], cut: 2 };
  const debrief = {
    signal: "no",
    signal_rule: "one finding on ordinary data",
    next_thing: { do: "redo it", skill: "sql.null", drill_slug: "" },
    scores: [{ dimension: "correctness", score: 0.25, weight: 0.4, asked: 2, found: 1 }],
    findings: [
      { probe: "null", claim: "`n` is missing", dimension: "edge cases", skill: "sql.null", evidence: { kind: "database", database: { users: sheet }, expected: sheet, got: null, error: "boom\nhere", time_zone: "UTC" } },
      { probe: "slow", claim: "many rows come", dimension: "speed", skill: "x", evidence: { kind: "timing", rows: 1000, attempt_seconds: 2, reference_seconds: 1, runs: 3, allowed_ratio: 1, stopped: null } },
    ],
    unknown: ["tie: nothing to order by"],
  } as unknown as Debrief;
  const page = { attempt: { kind: "sql", text: "SELECT 1\n", handed_in_at: "2026-03-01", confidence: 0.8 }, card: { title: "T" } } as unknown as AttemptPage;
  const text = writeMarkdown(page, debrief);
  it("says signal, next thing, scores, every finding and the text", () => {
    for (const part of ["# Debrief: T", "80 % sure", "**Signal: no.**", "**Next:** Redo it.", "| correctness | 25 | 40 % | 1 of 2 |", "### 1. It breaks when `n` is missing.", "### 2.", "Could not be asked: tie", "```sql\nSELECT 1\n```"]) expect(text).toContain(part);
  });
  it("keeps tables whole: bars are escaped, NULL is named, cut rows are counted", () => {
    expect(text).toContain("| a\\|b | n |\n| --- | --- |\n| x\\|y | NULL |\n\nand 2 further rows");
    expect(text).toContain("Yours stops with: `boom here`");
  });
});

describe("cutAround", () => {
  const text = "SELECT 1\nFROM a -- 🙂\nWHERE b < 3\n  AND c\nLIMIT 1\n";
  const at = (part: string): { start: number; end: number } => {
    const start = Array.from(text.slice(0, text.indexOf(part))).length;
    return { start, end: start + part.length };
  };
  it("marks the part by the server's count of characters, with a line around it", () => {
    const lines = cutAround(text, { matter: "", line: 3, ...at("b < 3") });
    expect(lines.map((line) => line.number)).toEqual([2, 3, 4]);
    expect(lines[1]).toEqual({ number: 3, before: "WHERE ", part: "b < 3", after: "" });
    expect(lines[0]?.before + (lines[0]?.after ?? "")).toBe("FROM a -- 🙂");
  });
  it("marks a part of several lines on each of them", () => {
    const lines = cutAround(text, { matter: "", line: 3, ...at("b < 3\n  AND c") });
    expect(lines.map((line) => line.part)).toEqual(["", "b < 3", "  AND c", ""]);
  });
});
