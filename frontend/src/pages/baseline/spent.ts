// How long was the baseline worked on, in all and on this item? Kept in this browser, so that a reload goes on.
export interface Spent {
  totalMs: number;
  item: string;
  itemMs: number;
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;
const KEY = "liveloop.baseline";
// A tick that comes later than this was asleep: a closed lid is no working time.
const LONGEST_TICK_MS = 90_000;

export const NOTHING: Spent = { totalMs: 0, item: "", itemMs: 0 };

export function tick(spent: Spent, passedMs: number): Spent {
  if (passedMs <= 0 || passedMs > LONGEST_TICK_MS) return spent;
  return { ...spent, totalMs: spent.totalMs + passedMs, itemMs: spent.itemMs + passedMs };
}

// Another item has its own time; the same one goes on after a reload.
export function turnTo(spent: Spent, item: string): Spent {
  return spent.item === item ? spent : { ...spent, item, itemMs: 0 };
}

export function readSpent(store: Store): Spent {
  try {
    const said: unknown = JSON.parse(store.getItem(KEY) ?? "null");
    if (!said || typeof said !== "object") return NOTHING;
    const { totalMs, item, itemMs } = said as Partial<Spent>;
    if (!isTime(totalMs) || !isTime(itemMs) || typeof item !== "string") return NOTHING;
    return { totalMs, item, itemMs };
  } catch {
    return NOTHING;
  }
}

const isTime = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value) && value >= 0;

export function writeSpent(store: Store, spent: Spent | null): void {
  try {
    if (spent) store.setItem(KEY, JSON.stringify(spent));
    else store.removeItem(KEY);
  } catch {
    // A clock that begins anew after a reload stops nobody.
  }
}
