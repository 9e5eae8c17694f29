// Are figures read as they are typed, pieces stacked without a gap, and is nothing lost when offers are turned about?
import { flushSync, mount, unmount } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { OfferBook, Simulated, Weighing } from "./api";
import { axis, stack } from "./bars";
import NumberField from "./NumberField.svelte";
import { money, odds, readNumber, readShares, short, signed, writeNumber, writeShares } from "./numbers";
import { copyOf, freeName, kindOf, newOffer, parseBook, toKind } from "./parts";
import { verdict } from "./verdict";

const weights = { years: 4, rate: 0.05, together: 0.3, walk_away: null, level_step: 0, currency: "USD" };
const book = (...names: string[]): OfferBook => {
  const made: OfferBook = { offers: [], weights };
  for (const name of names) made.offers.push({ ...newOffer(made), name });
  return made;
};

describe("numbers", () => {
  it("are read as people type them", () => {
    expect(["305,000", "305k", "1.2m", " 5 % ", "-3", "", "  "].map(readNumber)).toEqual([305_000, 305_000, 1_200_000, 5, -3, null, null]);
    expect(["a lot", "1e5", "1.2.3", "k", "."].every((text) => Number.isNaN(readNumber(text)))).toBe(true);
  });
  it("come back from the field as they went", () => {
    for (const value of [0, 0.3, 305_000, 12.5, -4]) expect(readNumber(writeNumber(value))).toBe(value);
    expect(writeNumber(null)).toBe("");
  });
  it("are shares that sum to what was typed, without stray digits", () => {
    expect(readShares("40, 30, 20 10")).toEqual([0.4, 0.3, 0.2, 0.1]);
    expect(readShares("33, 33, 22, 12")?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect([readShares(""), readShares("a, b")]).toEqual([[], null]);
    expect(writeShares([0.33, 0.07])).toBe("33, 7");
  });
  it("are written short where there is little room", () => {
    expect([468_000, 1_872_000, 999_600, 940, -0.2].map(short)).toEqual(["468k", "1.87m", "1m", "940", "0"]);
    expect([money(-371_906), signed(12.4), signed(-0.3)]).toEqual(["−371,906", "+12", "0"]);
  });
  it("are no certainty unless every draw agrees", () => {
    const chance = (value: number): Simulated => ({ value, low: value, high: value });
    expect([0, 0.001, 0.534, 0.9999, 1].map((value) => odds(chance(value)))).toEqual(["0 %", "under 1 %", "53 %", "over 99 %", "100 %"]);
  });
});

describe("bars", () => {
  it("stack to the year's sum, and leave out what pays nothing", () => {
    const pieces = stack({ year: 1, base: 100, bonus: 0, signing: 20, equity: 50, total: 170 });
    expect(pieces.map((piece) => [piece.piece, piece.from, piece.to])).toEqual([["base", 0, 100], ["signing", 100, 120], ["equity", 120, 170]]);
  });
  it("stand on an axis that holds every figure, with marks inside it", () => {
    for (const [low, high] of [[0, 811_855], [1_108_223, 2_821_722], [5, 5], [0, 0]] as const) {
      const { from, to, marks } = axis(low, high);
      expect(from <= low && to >= high).toBe(true);
      expect(marks.length > 0 && marks.length < 12 && marks.every((mark) => mark >= from && mark <= to)).toBe(true);
    }
    expect(axis(0, 10).from).toBe(0);
  });
});

describe("offers", () => {
  it("keep their grants when only the company's fortunes are of another kind", () => {
    const units = toKind(null, "private units");
    const listed = toKind(units, "listed units");
    expect([kindOf(listed), listed?.private, listed?.grants]).toEqual(["listed units", null, units?.grants]);
    const options = toKind(listed, "private options");
    expect([kindOf(options), options?.public, options?.grants[0]?.value]).toEqual(["private options", null, null]);
    expect(options?.strike).toBeGreaterThan(0);
    expect([toKind(options, "private units")?.strike, toKind(options, "none"), kindOf(null)]).toEqual([null, null, "none"]);
  });
  it("have a name of their own, and a copy has the same company's fortunes", () => {
    const two = book("A", "New offer");
    expect([freeName(two, "New offer"), newOffer(two).name]).toEqual(["New offer 2", "New offer 2"]);
    expect(copyOf(two, 0)).toMatchObject({ name: "A, copy", company: "A" });
    expect(two.offers[0]?.company).toBe("");
  });
  it("are taken from this browser only when they are offers", () => {
    const mine = book("A");
    expect(parseBook(JSON.stringify(mine))).toEqual(mine);
    expect(["", "null", "{}", '{"offers": [{}], "weights": {}}', '{"offers": []}'].map(parseBook)).toEqual([null, null, null, null, null]);
  });
});

describe("verdict", () => {
  const figure = (value: number): Simulated => ({ value, low: value, high: value });
  const weighing = (same: number): Weighing =>
    ({
      worths: [{ name: "A", present: { p50: figure(1000) } }, { name: "B", present: { p50: figure(2000) } }],
      pairs: [{ first: "B", second: "A", first_more: figure(0.7), same: figure(same) }],
    }) as unknown as Weighing;
  it("names the highest median and how often it pays more", () => {
    expect(verdict(weighing(0), weights)).toBe("B has the highest median, USD 2,000 over all years, discounted. It pays more than A in 70 % of the draws.");
    expect(verdict(weighing(0.25), weights)).toContain("and as much in 25 %");
    expect(verdict(weighing(1), weights)).toContain("pay the same in every draw");
  });
  it("asks for another offer when there is one", () => {
    expect(verdict({ ...weighing(0), worths: weighing(0).worths.slice(0, 1) }, weights)).toContain("Add another offer");
  });
});

describe("NumberField", () => {
  let shown: Record<string, unknown> | null = null;
  afterEach(() => {
    if (shown) void unmount(shown);
    shown = null;
  });
  function type(text: string, props: Partial<{ percent: boolean; optional: boolean; whole: boolean }> = {}): { set: ReturnType<typeof vi.fn>; input: HTMLInputElement } {
    document.body.innerHTML = "";
    const set = vi.fn();
    shown = mount(NumberField, { target: document.body, props: { name: "Base", value: 0.05, set, ...props } }) as Record<string, unknown>;
    flushSync();
    const input = document.querySelector("input") as HTMLInputElement;
    input.focus();
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
    return { set, input };
  }
  it("gives a share for percents, and the number else", () => {
    expect(type("7", { percent: true }).set).toHaveBeenLastCalledWith(0.07);
    expect(type("300k").set).toHaveBeenLastCalledWith(300_000);
    expect(type("", { optional: true }).set).toHaveBeenLastCalledWith(null);
  });
  it("keeps the last number when what is typed is none, and says so at the field", () => {
    for (const [text, props] of [["abc", {}], ["", {}], ["1.5", { whole: true }]] as const) {
      const { set, input } = type(text, props);
      expect(set).not.toHaveBeenCalled();
      expect(input.getAttribute("aria-invalid")).toBe("true");
      expect(document.getElementById(input.getAttribute("aria-describedby") ?? "")?.textContent).toContain("still counts");
    }
  });
});
