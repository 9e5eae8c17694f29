// Which key press means what, anywhere in the app?
export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}
export type Wish = "run" | "hand in" | "shortcuts" | "today" | "drills" | "progress" | "find" | null;

const GOES: Record<string, Wish> = { t: "today", d: "drills", p: "progress" };
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
  if (leader !== null && now - leader <= SEQUENCE_MS) return { wish: GOES[pressed.key] ?? null, leader: null };
  if (pressed.key === "g") return { wish: null, leader: now };
  if (pressed.key === "?") return { wish: "shortcuts", leader: null };
  if (pressed.key === "/") return { wish: "find", leader: null };
  return { wish: null, leader: null };
}
