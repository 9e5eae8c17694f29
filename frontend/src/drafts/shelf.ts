// What does this browser keep of a draft, and how is a damaged copy told from a good one?
export interface Kept {
  text: string;
  confidence: number | null;
  at: string;
  started_at: string | null;
  unsent: boolean;
}

type Store = Pick<Storage, "getItem" | "setItem">;

export const shelfKey = (slug: string): string => `liveloop.draft.${slug}`;

export function readKept(storage: Store, slug: string): Kept | null {
  try {
    const raw = storage.getItem(shelfKey(slug));
    return raw === null ? null : parseKept(raw);
  } catch {
    return null;
  }
}

export function parseKept(raw: string): Kept | null {
  const said: unknown = JSON.parse(raw);
  if (!said || typeof said !== "object") return null;
  const { text, confidence, at, started_at, unsent } = said as Partial<Kept>;
  if (typeof text !== "string" || typeof at !== "string") return null;
  return {
    text,
    at,
    confidence: typeof confidence === "number" ? confidence : null,
    started_at: typeof started_at === "string" ? started_at : null,
    unsent: unsent === true,
  };
}

// A full or refused storage must not stop the typing: the server's copy is then the only one.
export function writeKept(storage: Store, slug: string, kept: Kept): boolean {
  try {
    storage.setItem(shelfKey(slug), JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

export function clearKept(storage: Pick<Storage, "removeItem">, slug: string): void {
  try {
    storage.removeItem(shelfKey(slug));
  } catch {
    // Refused storage holds nothing.
  }
}

const asideKey = (slug: string): string => `liveloop.aside.${slug}`;

export function keepAside(storage: Pick<Storage, "setItem" | "removeItem">, slug: string, text: string | null): void {
  try {
    if (text === null) storage.removeItem(asideKey(slug));
    else storage.setItem(asideKey(slug), text);
  } catch {
    // Refused storage: undo in the editor still brings it back.
  }
}

export function readAside(storage: Pick<Storage, "getItem">, slug: string): string | null {
  try {
    return storage.getItem(asideKey(slug));
  } catch {
    return null;
  }
}
