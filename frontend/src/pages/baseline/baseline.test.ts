// Does the quiet clock count work and not sleep, and is the end of a baseline told as it was?
import { describe, expect, it } from "vitest";
import type { AnsweredCard } from "./api";
import { NOTHING, readSpent, tick, turnTo, writeSpent } from "./spent";
import { earlierSaid, firstWords, score, sureness } from "./told";

const shelf = (kept: Record<string, string> = {}) => ({
  getItem: (key: string) => kept[key] ?? null,
  setItem: (key: string, value: string) => void (kept[key] = value),
  removeItem: (key: string) => void delete kept[key],
});

describe("spent", () => {
  it("counts in all and on the item, and begins anew for another item", () => {
    const first = tick(turnTo(NOTHING, "a"), 1000);
    const second = tick(turnTo(first, "b"), 500);
    expect([first, second]).toEqual([
      { totalMs: 1000, item: "a", itemMs: 1000 },
      { totalMs: 1500, item: "b", itemMs: 500 },
    ]);
    expect(turnTo(second, "b")).toBe(second);
  });
  it("does not count a closed lid or a clock set back", () => {
    const spent = { totalMs: 1000, item: "a", itemMs: 1000 };
    expect([tick(spent, 3_600_000), tick(spent, -5)]).toEqual([spent, spent]);
  });
  it("survives a reload, and a damaged copy is nothing", () => {
    const store = shelf();
    writeSpent(store, { totalMs: 5, item: "a", itemMs: 2 });
    expect(readSpent(store)).toEqual({ totalMs: 5, item: "a", itemMs: 2 });
    writeSpent(store, null);
    expect(readSpent(store)).toEqual(NOTHING);
    for (const damaged of ["{", "3", '{"totalMs":-1,"item":"a","itemMs":0}', '{"totalMs":1,"item":2,"itemMs":0}']) expect(readSpent(shelf({ "liveloop.baseline": damaged }))).toEqual(NOTHING);
  });
});

const card = (well: boolean, confidence: number | null, chosen: string | null = "x"): AnsweredCard => ({ skill: "sql.null", asks: "?", chosen, right: "y", why: "", well, confidence });

describe("told", () => {
  it("counts what was right and what was passed over", () => {
    expect(score([card(true, null), card(false, null), card(false, null, null)])).toBe("1 of 3 right, 1 passed over");
    expect(score([card(true, null)])).toBe("1 of 1 right");
  });
  it("names the baselines before the last, and nothing where there are none", () => {
    expect(earlierSaid([{ at: "2026-03-02T12:00:00Z", right: 9, answered: 20 }])).toMatch(/^Before: 9 of 20 right on .*2.* Mar.*\. $/);
    expect(earlierSaid([])).toBe("");
  });
  it("says how sure one was only from five stated on, without those passed over", () => {
    const few = [card(true, 0.75), card(true, 0.75), card(false, 0.75), card(false, 0.75), card(false, 0.95, null)];
    expect(sureness(few)).toBe("");
    expect(sureness([...few, card(false, 0.75)])).toContain("5 items) you said 75 % on average, and 40 % were right");
  });
  it("knows an item again by its first words, without code", () => {
    expect(firstWords("```sql\nSELECT 1\n```\n\nWhat does `it` **give**?")).toBe("What does it give?");
    expect(firstWords(`${"word ".repeat(40)}`, 20)).toBe("word word word word …");
  });
});
