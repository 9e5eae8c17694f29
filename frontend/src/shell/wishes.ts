// How does a page hear of the keys that are meant for it?
import type { Wish } from "./keys";

type Listener = () => void;
const listeners = new Map<NonNullable<Wish>, Set<Listener>>();

export function onWish(wish: NonNullable<Wish>, listener: Listener): () => void {
  const set = listeners.get(wish) ?? new Set<Listener>();
  listeners.set(wish, set);
  set.add(listener);
  return () => set.delete(listener);
}

// True when some page took the wish, so that the browser's own meaning of the key is then suppressed.
export function tellWish(wish: NonNullable<Wish>): boolean {
  const set = listeners.get(wish);
  if (!set?.size) return false;
  for (const listener of set) listener();
  return true;
}
