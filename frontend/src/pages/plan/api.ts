// What does the plan look like on the wire, and which calls does its page make?
import { get, send } from "../../api/client";
import type { components } from "../../api/schema";

type Shapes = components["schemas"];
export type PlanPage = Shapes["PlanPage"];
export type Plan = Shapes["Plan"];
export type Goal = Shapes["Goal"];
export type GoalIn = Shapes["GoalIn"];
export type Promised = Shapes["Promise"];
export type LoopCard = Shapes["LoopCard"];
export type RoundCard = Shapes["RoundCard"];
export type WeekCard = Shapes["WeekCard"];
export type { Block } from "../../words/activities";

const segment = encodeURIComponent;
const block = (id: string, what: string, body: unknown): Promise<PlanPage> => send("POST", `/api/plan/blocks/${segment(id)}/${what}`, body);

export const fetchPlan = (): Promise<PlanPage> => get("/api/plan");
export const setGoal = (goal: GoalIn): Promise<PlanPage> => send("PUT", "/api/plan", goal);
export const forgetPlan = (): Promise<PlanPage> => send("POST", "/api/plan/forget", {});
export const fetchDates = (last: string, loop: string): Promise<Record<string, string>> =>
  get(`/api/plan/dates?last=${segment(last)}&loop=${segment(loop)}`);

export const moveBlock = (id: string, day: string): Promise<PlanPage> => block(id, "move", { day });
export const pinBlock = (id: string, pinned: boolean): Promise<PlanPage> => block(id, "pin", { pinned });
export const finishBlock = (id: string, elsewhere = false): Promise<PlanPage> => block(id, "done", { elsewhere });
export const dropBlock = (id: string): Promise<PlanPage> => block(id, "drop", {});
export const undoBlock = (id: string): Promise<PlanPage> => block(id, "undo", {});

export const MARKDOWN = "/api/plan/plan.md";
export const CALENDAR = "/api/plan/calendar.ics";
