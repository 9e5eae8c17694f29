// What is going on in a mock: which phase, what its clock says, what was marked, what is under way?
import { storage } from "../../drafts/storage";
import { sendSheet, type MockPage } from "./api";
import { goOn, goTo, pause } from "./clock";
import { begin, readRun, wake, writeRun, type Run, type Stage } from "./run";
import { toRequest } from "./sheet";

const TICK_MS = 250;
const SEEN_MS = 5000;

export class MockDesk {
  page = $state.raw<MockPage>() as MockPage;
  run = $state.raw<Run | null>(null);
  now = $state(Date.now());
  busy = $state(false);
  problem = $state.raw<Error | null>(null);
  away = $state(0); // for how long the page was away, when that stopped the clock
  readonly roundId: string;

  constructor(roundId: string, page: MockPage) {
    this.roundId = roundId;
    this.page = page;
    const kept = readRun(storage, roundId);
    if (!kept) return;
    const { run, awayMs } = wake(kept, this.now);
    this.run = run;
    this.away = awayMs;
  }

  begin = (peer: string | null): void => {
    this.now = Date.now();
    this.#set(begin(this.page, peer, this.now));
  };

  turnClock = (): void => {
    this.away = 0;
    this.#change((run, now) => (run.since === null ? goOn(run, now) : pause(run, now)));
  };

  // Beyond the last phase comes the mark sheet.
  next = (): void =>
    this.#change((run, now) => (run.phase + 1 < run.mock.phases.length ? goTo(run, run.phase + 1, now) : { ...pause(run, now), stage: "self" as Stage }));
  previous = (): void => this.#change((run, now) => goTo(run, run.phase - 1, now));
  goTo = (phase: number): void => this.#change((run, now) => goTo(run, phase, now));
  endNow = (): void => this.#change((run, now) => ({ ...pause(run, now), stage: "self" as Stage }));
  backToPhases = (): void => this.#change((run) => ({ ...run, stage: "running" as Stage }));

  write = (part: Partial<Pick<Run, "notes" | "peer" | "peerNotes" | "stage">>): void => this.#change((run) => ({ ...run, ...part }));

  mark = (line: string, value: number): void =>
    this.#change((run) => (run.stage === "peer" ? { ...run, peerMarks: { ...run.peerMarks, [line]: value } } : { ...run, marks: { ...run.marks, [line]: value } }));

  // Keeps the sheet that is being filled in; one's own is followed by the peer's.
  save = async (): Promise<boolean> => {
    const run = this.run;
    if (!run || this.busy) return false;
    this.busy = true;
    try {
      this.page = await sendSheet(this.roundId, toRequest(run, run.stage === "peer" ? "peer" : "self"));
      this.problem = null;
      this.write({ stage: run.stage === "self" && run.withPeer ? "handover" : "done" });
      return true;
    } catch (problem) {
      this.problem = problem as Error;
      return false;
    } finally {
      this.busy = false;
    }
  };

  // The run leaves this browser: what was saved of it is in the journal.
  close = (): void => {
    this.away = 0;
    this.problem = null;
    this.#set(null);
  };

  watch(): () => void {
    const timer = setInterval(() => {
      this.now = Date.now();
      if (this.run?.stage === "running" && this.now - this.run.seenAt > SEEN_MS) this.#change((run) => run);
    }, TICK_MS);
    return () => clearInterval(timer);
  }

  #change(how: (run: Run, now: number) => Run): void {
    if (!this.run) return;
    this.now = Date.now();
    this.#set({ ...how(this.run, this.now), seenAt: this.now });
  }

  #set(run: Run | null): void {
    this.run = run;
    writeRun(storage, run, this.roundId);
  }
}
