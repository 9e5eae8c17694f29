// What are the six steps of the hiring scale, and where does a signal stand on it?
import type { SignalName } from "../api/contract";

export const SCALE: readonly SignalName[] = ["strong no", "no", "lean no", "lean yes", "yes", "strong yes"];

export function step(signal: SignalName): number {
  return SCALE.indexOf(signal);
}

export const leansYes = (signal: SignalName): boolean => step(signal) >= 3;
