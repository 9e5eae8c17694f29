// Is no more said of a forecast, of forgetting and of overconfidence than is known?
import { describe, expect, it } from "vitest";
import { bars, history, mostLost, moved, overSaid, place, scoredSaid, type MemoryRow, type Over } from "./outlook";

describe("scoredSaid", () => {
  it("says that there is too little, and how much is wanting", () => {
    expect(scoredSaid({ n: 1, brier: null, base_brier: null, base_rate: null })).toContain("1 mock or interview has a forecast before it, 4 more are needed");
    expect(scoredSaid({ n: 4, brier: null, base_brier: null, base_rate: null })).toContain("1 more is needed");
  });
  it("sets the score beside that of the base rate", () => {
    const said = (brier: number): string => scoredSaid({ n: 8, brier, base_brier: 0.25, base_rate: 0.5 });
    expect([said(0.2).includes("better than the 0.250"), said(0.3).includes("worse than"), said(0.249).includes("no better than")]).toEqual([true, true, true]);
  });
});

describe("history", () => {
  const point = (date: string, chance: number, round_id = "ml") => ({ round_id, date, chance, low: 0, high: 1 });
  const spots = history([point("2026-03-05", 0.5), point("2026-03-01", 0.2), point("2026-03-02", 0.9, "design"), point("2026-03-02", 0.4)], "ml");
  it("takes one round's forecasts in order of time, on the scale of their days", () => {
    expect(spots).toEqual([{ x: 0, chance: 0.2 }, { x: 0.25, chance: 0.4 }, { x: 1, chance: 0.5 }]);
  });
  it("says how far they moved, nothing of a single one", () => {
    expect([moved(spots), moved(spots.toReversed()), moved(spots.slice(0, 1)), moved([spots[0]!, spots[0]!])]).toEqual(["+30 since the first", "−30 since the first", "", "as at first"]);
  });
});

describe("mostLost", () => {
  const row = (skill: string, recall: number, recall_then: number): MemoryRow => ({ skill, title: skill, recall, recall_then, stability_days: 1, due_at: "", lapses: 0 });
  it("puts first what falls furthest, not what is lowest", () => {
    expect(mostLost([row("low", 0.4, 0.3), row("falls", 1, 0.5), row("holds", 0.99, 0.95)]).map((one) => one.skill)).toEqual(["falls", "low", "holds"]);
  });
});

describe("overconfidence", () => {
  const over = (skill: string, n: number, mean: number, interval: [number, number] | null): Over => ({ skill, n, over: mean, interval, confidence: 0.8, share_clean: 0.5, brier: 0.3 });
  const all = bars([over("few", 2, 0.9, null), over("chance", 9, 0.3, [-0.1, 0.7]), over("modest", 9, -0.4, [-0.6, -0.2]), over("sure", 9, 0.2, [0.1, 0.3])]);
  it("calls nobody too sure within chance, and says nothing from too little", () => {
    expect(all.map((bar) => [bar.over.skill, bar.says])).toEqual([["sure", "too sure"], ["modest", "not sure enough"], ["chance", "within chance"], ["few", "too few attempts"]]);
    expect(overSaid(all)).toBe("Of 3 skills with attempts enough you are too sure in 1, not sure enough in 1.");
    expect([overSaid([]), overSaid(all.slice(3)).includes("Four attempts"), overSaid(all.slice(2)).includes("in none of them")]).toEqual(["", true, true]);
  });
  it("stands on an axis from -1 to 1, and never beyond it", () => {
    expect([-1, -0.5, 0, 1, 1.4, -3].map(place)).toEqual([0, 0.25, 0.5, 1, 1, 0]);
  });
});
