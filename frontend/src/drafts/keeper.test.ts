// Does the keeper lose anything that was typed?
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Keeper, type KeptState, type Surroundings } from "./keeper";
import { parseKept, readAside, keepAside, shelfKey } from "./shelf";

class Shelf {
  kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
  removeItem = (key: string): void => void this.kept.delete(key);
}

const START = new Date("2026-03-01T12:03:00Z");
let storage: Shelf;
let states: KeptState[];
let saves: { text: string; keepalive: boolean }[];

function make(over: Partial<Surroundings> = {}): Keeper {
  return new Keeper("slug", {
    save: (draft, keepalive) => {
      saves.push({ text: draft.text, keepalive });
      return Promise.resolve({ saved_at: new Date().toISOString() });
    },
    storage,
    now: () => new Date(),
    tell: (state) => states.push(state),
    ...over,
  });
}
const draft = (text: string) => ({ text, confidence: null });

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  storage = new Shelf();
  states = [];
  saves = [];
});
afterEach(() => vi.useRealTimers());

describe("a keeper", () => {
  it("has every key press in this browser at once, before any save", () => {
    make().typed(draft("S"));
    expect(parseKept(storage.getItem(shelfKey("slug")) ?? "")).toMatchObject({ text: "S", unsent: true });
    expect(saves).toEqual([]);
  });

  it("saves once the typing pauses, and only the last text", async () => {
    const keeper = make();
    for (const text of ["S", "SE", "SEL"]) {
      keeper.typed(draft(text));
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(saves).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(saves).toEqual([{ text: "SEL", keepalive: false }]);
    expect(states.at(-1)).toMatchObject({ at: "saved" });
    expect(parseKept(storage.getItem(shelfKey("slug")) ?? "")?.unsent).toBe(false);
  });

  it("tells that the text is only here while the server is away, and sends it when it is back", async () => {
    let away = true;
    const save = vi.fn(() => (away ? Promise.reject(new Error("no answer")) : Promise.resolve({ saved_at: "" })));
    const keeper = make({ save });
    keeper.typed(draft("SELECT 1"));
    await vi.advanceTimersByTimeAsync(400);
    expect(states.at(-1)).toMatchObject({ at: "local", why: "no answer" });
    expect(parseKept(storage.getItem(shelfKey("slug")) ?? "")?.unsent).toBe(true);
    away = false;
    await vi.advanceTimersByTimeAsync(4000);
    expect(save).toHaveBeenCalledTimes(2);
    expect(states.at(-1)).toMatchObject({ at: "saved" });
  });

  it("never has two saves under way, so that the older cannot land last", async () => {
    const ends: (() => void)[] = [];
    const sent: string[] = [];
    const keeper = make({
      save: (given) => {
        sent.push(given.text);
        return new Promise((resolve) => ends.push(() => resolve({ saved_at: "" })));
      },
    });
    keeper.typed(draft("one"));
    await vi.advanceTimersByTimeAsync(400);
    keeper.typed(draft("two"));
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent).toEqual(["one"]);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(800);
    expect(sent).toEqual(["one", "two"]);
    expect(states.at(-1)?.at).not.toBe("saved");
    ends[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)?.at).toBe("saved");
  });

  it("lets a save that is under way end before a flush ends, so that none comes after an attempt", async () => {
    let end = (): void => {};
    const sent: string[] = [];
    const keeper = make({
      save: (given) => {
        sent.push(given.text);
        return sent.length > 1 ? Promise.resolve({ saved_at: "" }) : new Promise((resolve) => (end = () => resolve({ saved_at: "" })));
      },
    });
    keeper.typed(draft("one"));
    await vi.advanceTimersByTimeAsync(400);
    keeper.typed(draft("two"));
    let flushed = false;
    const flushing = keeper.flush().then(() => (flushed = true));
    await vi.advanceTimersByTimeAsync(50);
    expect([flushed, sent]).toEqual([false, ["one"]]);
    end();
    await flushing;
    expect(sent).toEqual(["one", "two"]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent).toHaveLength(2);
  });

  it("flushes with keepalive when the page goes, but not above what browsers carry", async () => {
    const keeper = make();
    keeper.typed(draft("short"));
    await keeper.flush(true);
    keeper.typed(draft("x".repeat(70_000)));
    await keeper.flush(true);
    expect(saves.map((save) => save.keepalive)).toEqual([true, false]);
  });

  it("sends nothing when nothing was typed", async () => {
    await make().flush(true);
    expect(saves).toEqual([]);
  });

  it("restores what was never sent, unless the server has something newer", () => {
    make().typed(draft("mine"));
    expect(make().restore(null)?.text).toBe("mine");
    expect(make().restore("2026-03-01T11:00:00+00:00")?.text).toBe("mine");
    expect(make().restore("2026-03-01T13:00:00+00:00")).toBeNull();
  });

  it("keeps the beginning over a reload, and forgets it with the attempt", () => {
    make().typed(draft("mine"));
    vi.setSystemTime(new Date("2026-03-01T12:30:00Z"));
    const keeper = make();
    keeper.restore(null);
    expect(keeper.startedAt).toBe(START.toISOString());
    keeper.forget();
    expect(keeper.startedAt).toBeNull();
    expect(storage.kept.size).toBe(0);
  });

  it("does not save after it forgot", async () => {
    const keeper = make();
    keeper.typed(draft("handed in"));
    keeper.forget();
    await vi.advanceTimersByTimeAsync(5000);
    expect(saves).toEqual([]);
  });

  it("goes on when the browser's storage is full", async () => {
    const full = { ...storage, getItem: storage.getItem, removeItem: storage.removeItem, setItem: () => { throw new Error("quota"); } };
    const keeper = make({ storage: full });
    keeper.typed(draft("S"));
    await vi.advanceTimersByTimeAsync(400);
    expect(saves).toHaveLength(1);
  });
});

describe("the shelf", () => {
  it("does not take a damaged copy for a draft", () => {
    expect(parseKept('{"text": 7}')).toBeNull();
    expect(parseKept("null")).toBeNull();
    storage.setItem(shelfKey("slug"), "{broken");
    expect(make().restore(null)).toBeNull();
  });

  it("keeps what a fresh start displaced until told otherwise", () => {
    keepAside(storage, "slug", "old");
    expect(readAside(storage, "slug")).toBe("old");
    keepAside(storage, "slug", null);
    expect(readAside(storage, "slug")).toBeNull();
  });
});
