// Is what was typed about a design read as it was meant, and what happened told as it was?
import { describe, expect, it } from "vitest";
import { change, nothing, readDesign, shown, writeSeen, type DesignOut, type Levers } from "./design";

const LEVERS: Levers = {
  levers: [{ id: "model.threshold", says: "score from which a user is warned", today: 0.35 }],
  measures: [{ id: "harm", says: "harm let through", unit: "messages" }],
};
const typed = (lever: string, low = "", high = "") => ({ ...nothing(), levers: { "model.threshold": lever }, low: { harm: low }, high: { harm: high } });

describe("readDesign", () => {
  it("takes numbers as people type them, and leaves out what is empty", () => {
    expect(readDesign(typed("0,6", "-5 %", "10"), LEVERS)).toEqual({ policy: { "model.threshold": 0.6 }, foretold: [{ measure: "harm", low: -5, high: 10 }] });
    expect(readDesign(typed("0.6"), LEVERS)).toEqual({ policy: { "model.threshold": 0.6 }, foretold: [] });
  });
  it("says what is wrong", () => {
    expect(readDesign(typed(""), LEVERS)).toContain("one lever");
    expect(readDesign(typed("high"), LEVERS)).toContain("“high” is not a number");
    expect(readDesign(typed("0.6", "5"), LEVERS)).toContain("both in percent");
    expect(readDesign(typed("0.6", "5", "1"), LEVERS)).toContain("above the second");
  });
});

describe("what happened", () => {
  const out: DesignOut = {
    foretold: 1,
    inside: 0,
    seen: [{ measure: "harm", says: "harm let through", unit: "messages", before: 888.7, after: 983.3, change: 10.7, spread: [6.3, 11.9], foretold: [0, 5], inside: false }],
  };
  it("is written as text", () => {
    expect(writeSeen({ policy: { "model.threshold": 0.6 }, foretold: [] }, out)).toBe(
      "Executed with model.threshold = 0.6.\n- harm let through: 889 to 983 (+10.7 %), foretold 0.0 % to +5.0 %: outside",
    );
    expect([change(-3), shown(0.3017, "share"), shown(56.6, "hours")]).toEqual(["-3.0 %", "30.2 %", "56.6"]);
  });
});
