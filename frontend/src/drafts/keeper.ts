// How is a draft kept so that a closed tab, a lost server or a crash loses nothing?
import { clearKept, readKept, type Kept, writeKept } from "./shelf";

export type KeptState =
  | { at: "idle" }
  | { at: "typing" }
  | { at: "saved"; when: Date }
  | { at: "local"; when: Date; why: string };

export interface Written {
  text: string;
  confidence: number | null;
}

export interface Surroundings {
  save: (draft: Written, keepalive: boolean) => Promise<{ saved_at: string }>;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  now: () => Date;
  tell: (state: KeptState) => void;
  delayMs?: number;
}

const DELAY_MS = 400;
const RETRY_MS = 4000;
// Browsers refuse a keepalive request above 64 KiB; beyond it the copy in local storage has to do.
const KEEPALIVE_BYTES = 60_000;

export class Keeper {
  #slug: string;
  #around: Surroundings;
  #draft: Written | null = null;
  #startedAt: string | null = null;
  #unsent = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #turn = 0;
  #inFlight: Promise<void> | null = null;

  constructor(slug: string, around: Surroundings) {
    this.#slug = slug;
    this.#around = around;
  }

  // What was kept here and is newer than what the server has; null when the server's is as good.
  restore(serverSavedAt: string | null): Kept | null {
    const kept = readKept(this.#around.storage, this.#slug);
    if (!kept) return null;
    this.#startedAt = kept.started_at;
    if (!kept.unsent) return null;
    if (serverSavedAt !== null && new Date(serverSavedAt) > new Date(kept.at)) return null;
    return kept;
  }

  get startedAt(): string | null {
    return this.#startedAt;
  }

  // A redo from the starter has its own beginning.
  restart(): void {
    this.#startedAt = this.#around.now().toISOString();
  }

  typed(draft: Written): void {
    this.#startedAt ??= this.#around.now().toISOString();
    this.#draft = draft;
    this.#unsent = true;
    this.#shelve();
    this.#around.tell({ at: "typing" });
    this.#later(this.#around.delayMs ?? DELAY_MS);
  }

  // Sends at once what is not yet sent; `leaving` when the page is about to go.
  async flush(leaving = false): Promise<void> {
    // One save at a time: an older one that arrives later would overwrite the newer.
    if (this.#inFlight && !leaving) await this.#inFlight;
    if (!this.#unsent || !this.#draft) return;
    this.#stopTimer();
    const sending = this.#send(this.#draft, leaving);
    this.#inFlight = sending;
    await sending;
    if (this.#inFlight === sending) this.#inFlight = null;
  }

  async #send(draft: Written, leaving: boolean): Promise<void> {
    const turn = ++this.#turn;
    const small = new Blob([draft.text]).size < KEEPALIVE_BYTES;
    try {
      await this.#around.save(draft, leaving && small);
      if (turn !== this.#turn) return;
      if (this.#draft === draft) this.#settle();
    } catch (refusal) {
      if (turn !== this.#turn) return;
      const why = refusal instanceof Error ? refusal.message : String(refusal);
      this.#around.tell({ at: "local", when: this.#around.now(), why });
      if (!leaving) this.#later(RETRY_MS);
    }
  }

  // After handing in: the attempt is in the journal, so neither the draft nor its start is kept here any longer.
  forget(): void {
    this.#stopTimer();
    this.#turn += 1;
    this.#draft = null;
    this.#startedAt = null;
    this.#unsent = false;
    clearKept(this.#around.storage, this.#slug);
    this.#around.tell({ at: "idle" });
  }

  stop(): void {
    void this.flush(true);
    this.#stopTimer();
  }

  #settle(): void {
    this.#unsent = false;
    this.#shelve();
    this.#around.tell({ at: "saved", when: this.#around.now() });
  }

  #shelve(): void {
    if (!this.#draft) return;
    const at = this.#around.now().toISOString();
    writeKept(this.#around.storage, this.#slug, {
      ...this.#draft,
      at,
      started_at: this.#startedAt,
      unsent: this.#unsent,
    });
  }

  #later(milliseconds: number): void {
    this.#stopTimer();
    this.#timer = setTimeout(() => void this.flush(), milliseconds);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
