// Is the server there, and when it comes back, who wants to know?
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

class Connection {
  lost = $state(false);
  // Counts returns of the server: pages that failed to load watch it and load again.
  returns = $state(0);
  #wait = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #listeners = new Set<() => void>();

  lose(): void {
    this.lost = true;
    if (this.#timer === null) this.#ask();
  }

  hold(): void {
    if (!this.lost) return;
    this.lost = false;
    this.returns += 1;
    this.#wait = FIRST_WAIT_MS;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const listener of this.#listeners) listener();
  }

  onReturn(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  askNow(): void {
    this.#wait = FIRST_WAIT_MS;
    if (this.#timer !== null) clearTimeout(this.#timer);
    void this.#probe();
  }

  #ask(): void {
    this.#timer = setTimeout(() => void this.#probe(), this.#wait);
    this.#wait = Math.min(this.#wait * 1.6, LONGEST_WAIT_MS);
  }

  async #probe(): Promise<void> {
    try {
      const answer = await fetch("/health", { cache: "no-store" });
      if (answer.ok) return this.hold();
    } catch {
      // Still away.
    }
    this.#ask();
  }
}

export const connection = new Connection();
