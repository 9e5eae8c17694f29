// How is an examination followed live, even when the stream of events breaks?
import { fetchAttempt } from "./calls";
import { Refusal } from "./client";
import type { AttemptPage, Stage } from "./contract";

const POLL_MS = 700;
const SILENCE_MS = 4000;

export interface Following {
  done: Promise<AttemptPage>;
  stop: () => void;
}

interface Source {
  addEventListener: (name: string, listener: (event: Event) => void) => void;
  close: () => void;
}

// Resolves with the attempt once it is debriefed; rejects when the examination failed or the server refused.
export function follow(
  id: string,
  tell: (stage: Stage) => void,
  open: (url: string) => Source = (url) => new EventSource(url),
  look: (id: string) => Promise<AttemptPage> = fetchAttempt,
): Following {
  let stop = (): void => {};
  const done = new Promise<AttemptPage>((resolve, reject) => {
    const source = open(`/api/attempts/${encodeURIComponent(id)}/events`);
    let timer: ReturnType<typeof setTimeout> | null = null;
    let over = false;
    const wait = (milliseconds: number): void => {
      if (timer !== null) clearTimeout(timer);
      if (!over) timer = setTimeout(() => void poll(), milliseconds);
    };
    const end = (finish: () => void): void => {
      if (over) return;
      over = true;
      if (timer !== null) clearTimeout(timer);
      source.close();
      finish();
    };
    const poll = async (): Promise<void> => {
      try {
        const page = await look(id);
        if (page.state === "debriefed") return end(() => resolve(page));
        if (page.failed !== null) return end(() => reject(new Refusal(page.failed ?? "", 500)));
      } catch (refusal) {
        // A lost server may come back and the attempt is in its journal; a refusal is final.
        if (!(refusal instanceof Refusal) || !refusal.lost) return end(() => reject(refusal as Error));
      }
      wait(POLL_MS);
    };
    source.addEventListener("progress", (event) => {
      tell(JSON.parse((event as MessageEvent<string>).data) as Stage);
      wait(SILENCE_MS);
    });
    source.addEventListener("debrief", () => void poll());
    source.addEventListener("failed", (event) => {
      const said = JSON.parse((event as MessageEvent<string>).data) as { message: string };
      end(() => reject(new Refusal(said.message, 500)));
    });
    source.addEventListener("error", () => wait(POLL_MS));
    wait(SILENCE_MS);
    stop = () => end(() => {});
  });
  return { done, stop: () => stop() };
}
