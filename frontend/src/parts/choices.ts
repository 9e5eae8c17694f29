// What is picked of the choices of an item, and what does a key pick?
export type Picked = number | "unknown" | null; // null: nothing was picked yet

// 1 to 4 pick a choice, 0 says that one does not know; any other key picks nothing.
export function keyed(key: string, choices: number): Picked {
  if (key === "0") return "unknown";
  const place = /^[1-9]$/.test(key) ? Number(key) - 1 : choices;
  return place < choices ? place : null;
}

// On the wire, not to know is to choose nothing.
export const toWire = (picked: Picked): number | null => (typeof picked === "number" ? picked : null);
