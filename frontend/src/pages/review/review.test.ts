// Is it said when a card comes back, and does a sitting go through its cards without losing one?
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Due, ReviewPage } from "./api";
import { comesBack, recalls, tally } from "./said";
import { ReviewSession } from "./session.svelte";

describe("comesBack", () => {
  const now = new Date(2026, 2, 11, 22, 0);
  const at = (day: number, hour: number, minute = 0): string => comesBack(new Date(2026, 2, day, hour, minute), now);
  it("counts days from midnight to midnight", () => {
    expect([at(11, 21), at(11, 22, 30), at(11, 23, 59), at(12, 1), at(12, 23)]).toEqual(["now", "in 30 minutes", "in 2 hours", "tomorrow", "tomorrow"]);
    expect(at(14, 9)).toMatch(/^in 3 days, on Sat,? 14 Mar$/);
  });
});

describe("recalls", () => {
  it("says nothing of a new card, and of the interview only when there is one", () => {
    expect(recalls({ recall: null, recall_then: null }, true)).toBe("");
    expect(recalls({ recall: 0.814, recall_then: 0.5 }, false)).toBe("recalled now: 81 %");
    expect(recalls({ recall: 0.814, recall_then: 0.5 }, true)).toContain("50 % on the day of the interview");
  });
});

describe("tally", () => {
  it("counts each rating that was given", () => {
    expect(tally([3, 1, 3, 4])).toBe("1 again, 2 good, 1 easy");
  });
});

const due = (card_id: string, sort: Due["sort"]): Due => ({ card_id, sort, skill: "sql.null", front: "?", back: "!", choices: sort === "item" ? ["a", "b", "c", "d"] : [], recall: null, recall_then: null });
const page = (...cards: Due[]): ReviewPage => ({ due: cards, seen: 2, due_count: cards.length, reviewed_today: 0, interview: null, next_at: null });

describe("a sitting", () => {
  let sent: [string, unknown][] = [];
  let fails = false;
  beforeEach(() => {
    sent = [];
    fails = false;
    vi.stubGlobal("fetch", (path: string, init: RequestInit = {}) => {
      if (path === "/api/session") return Promise.resolve(Response.json({ csrf_token: "t" }));
      if (fails) return Promise.resolve(Response.json({ message: "no" }, { status: 500 }));
      sent.push([path, JSON.parse(String(init.body))]);
      return Promise.resolve(Response.json({ rating: 3, right: 1, why: "so", due_at: "2026-03-14T09:00:00Z" }));
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it("rates a card only once it is turned, then gives the next", async () => {
    const session = new ReviewSession(page(due("crd_1", "card"), due("itm_1", "item")));
    expect(await session.rate(3)).toBe(false);
    session.show();
    expect(await session.rate(3)).toBe(true);
    expect(sent).toEqual([["/api/review/crd_1", { rating: 3, sure: true, seconds: 0 }]]);
    expect([session.card?.card_id, session.shown]).toEqual(["itm_1", false]);
  });

  it("keeps an item up with what is right, and takes one answer for it", async () => {
    const session = new ReviewSession(page(due("itm_1", "item")));
    expect(await session.answer(true)).toBe(false);
    session.picked = "unknown";
    expect(await session.answer(false)).toBe(true);
    expect(sent[0]?.[1]).toMatchObject({ choice: null, sure: false });
    expect([session.told?.right, session.card?.card_id, await session.answer(true)]).toEqual([1, "itm_1", false]);
    session.next();
    expect([session.card, session.gone.length]).toEqual([null, 1]);
  });

  it("stays with the card when the server refuses", async () => {
    const session = new ReviewSession(page(due("crd_1", "card")));
    session.show();
    fails = true;
    expect(await session.rate(1)).toBe(false);
    expect([session.card?.card_id, session.shown, session.problem?.message, session.gone.length]).toEqual(["crd_1", true, "no", 0]);
  });
});
