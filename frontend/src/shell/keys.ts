// Which key press means what, anywhere in the app?
export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}
export type Place = "today" | "plan" | "drills" | "review" | "cases" | "narratives" | "library" | "offers" | "progress";
export type Wish = "run" | "hand in" | "shortcuts" | "find" | Place | null;

// After `g`: the first letter where it is free; p is Progress, so the plan is the list and the library its books.
export const PLACES: Readonly<Record<string, Place>> = {
  t: "today",
  l: "plan",
  d: "drills",
  r: "review",
  c: "cases",
  n: "narratives",
  b: "library",
  o: "offers",
  p: "progress",
};
export const SEQUENCE_MS = 1200;

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("textarea, select, [contenteditable=''], [contenteditable='true'], .cm-editor")) return true;
  const input = target.closest("input");
  return input !== null && !["range", "radio", "checkbox", "button", "submit"].includes(input.type);
}

// Run and Hand in hold everywhere; the single keys only where no text is being typed.
export function withModifier(pressed: Pressed): Wish {
  if (pressed.key !== "Enter" || !(pressed.ctrlKey || pressed.metaKey) || pressed.altKey) return null;
  return pressed.shiftKey ? "hand in" : "run";
}

export interface Single {
  wish: Wish;
  // The time of a `g` that waits for its second key, else null.
  leader: number | null;
}

export function singleKey(pressed: Pressed, leader: number | null, now: number): Single {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return { wish: null, leader: null };
  if (leader !== null && now - leader <= SEQUENCE_MS) return { wish: PLACES[pressed.key] ?? null, leader: null };
  if (pressed.key === "g") return { wish: null, leader: now };
  if (pressed.key === "?") return { wish: "shortcuts", leader: null };
  if (pressed.key === "/") return { wish: "find", leader: null };
  return { wish: null, leader: null };
}
