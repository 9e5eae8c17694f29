// Where are small things kept in this browser, even one that refuses storage?
type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;
const PREFIX = "liveloop.";
const STAYS = ["liveloop.theme", "liveloop.single-keys", "liveloop.plan-view"];

function inMemory(): Store {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    key: (index) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}

function open(): Store {
  try {
    localStorage.getItem("liveloop.theme");
    return localStorage;
  } catch {
    return inMemory();
  }
}

export const storage: Store = open();

// Everything that was typed here, in this browser; how the pages look is not among it.
export function forgetAll(store: Pick<Storage, "key" | "length" | "removeItem"> = storage): void {
  const keys = Array.from({ length: store.length }, (_, index) => store.key(index) ?? "");
  for (const key of keys) if (key.startsWith(PREFIX) && !STAYS.includes(key)) store.removeItem(key);
}
