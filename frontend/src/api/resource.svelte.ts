// How does a page load what it shows, tell of a refusal, and load again when a lost server returns?
import { connection } from "./connection.svelte";

export class Resource<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Error | null>(null);
  loading = $state(false);
  #fetch: () => Promise<T>;
  #turn = 0;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  // The latest call wins: an answer that comes after a newer call was made is dropped.
  load = async (): Promise<void> => {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const value = await this.#fetch();
      if (turn !== this.#turn) return;
      this.value = value;
      this.problem = null;
    } catch (problem) {
      if (turn !== this.#turn) return;
      this.problem = problem instanceof Error ? problem : new Error(String(problem));
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  };

  // Call inside an effect: loads now, and again when the server returns after a failed load.
  keep(): () => void {
    void this.load();
    return connection.onReturn(() => {
      if (this.problem) void this.load();
    });
  }
}
