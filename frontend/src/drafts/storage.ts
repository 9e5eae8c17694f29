// Where are small things kept in this browser, even one that refuses storage?
type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

function inMemory(): Store {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
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
