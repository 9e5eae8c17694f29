// How long has a page been in view? A page that nobody looks at takes no time.
export class Stopwatch {
  seconds = $state(0);
  // What counts is kept beside what is shown: an effect that ends sees the state of before.
  #running = false;
  #since: number | null = null;
  #before = 0;

  constructor(before = 0) {
    this.#before = before;
    this.seconds = before;
  }

  get exact(): number {
    return this.#before + (this.#since === null ? 0 : (performance.now() - this.#since) / 1000);
  }

  // Call inside an effect: counts as long as the page is shown and the watch was started.
  watch(): () => void {
    const look = (): void => {
      if (document.visibilityState === "hidden") this.#pause();
      else this.#resume();
    };
    const timer = setInterval(() => (this.seconds = this.exact), 500);
    document.addEventListener("visibilitychange", look);
    look();
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      this.#pause();
    };
  }

  start(): void {
    this.#running = true;
    this.#resume();
  }

  stop(): void {
    this.#pause();
    this.#running = false;
  }

  // Counts something else from here on.
  restart(before = 0): void {
    this.#since = null;
    this.#before = before;
    this.seconds = before;
    this.#resume();
  }

  #resume(): void {
    if (this.#running && document.visibilityState !== "hidden") this.#since ??= performance.now();
  }

  #pause(): void {
    this.#before = this.exact;
    this.#since = null;
  }
}
