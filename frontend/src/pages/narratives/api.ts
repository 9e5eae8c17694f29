// What do projects look like on the wire, and which calls do their pages make?
import { get, send, type Sending } from "../../api/client";
import type { components } from "../../api/schema";
import type { Saved, WrittenOut } from "../../written/api";

type Shapes = components["schemas"];
export type NarrativesPage = Shapes["NarrativesPage"];
export type NarrativeRow = Shapes["NarrativeRow"];
export type NarrativePage = Shapes["NarrativePage"];
export type NarrativeIn = Shapes["NarrativeIn"];
export type Rehearsing = NonNullable<NarrativePage["rehearsing"]>;
export type ComparePage = Shapes["ComparePage"];
export type SectionName = keyof NarrativePage["sections"];

const path = (id: string, what = ""): string => `/api/narratives/${encodeURIComponent(id)}${what}`;

export const fetchNarratives = (): Promise<NarrativesPage> => get("/api/narratives");
export const beginNarrative = (title: string): Promise<Shapes["NarrativeMade"]> => send("POST", "/api/narratives", { title });
export const fetchNarrative = (id: string): Promise<NarrativePage> => get(path(id));
export const saveNarrative = (id: string, working: NarrativeIn, sending: Sending = {}): Promise<Saved> => send("PUT", path(id), working, sending);
export const keepVersion = (id: string): Promise<WrittenOut> => send("POST", path(id, "/versions"), {});
export const restoreVersion = (id: string, writing_id: string): Promise<NarrativePage> => send("POST", path(id, "/restore"), { writing_id });
export const endRehearsal = (id: string): Promise<WrittenOut> => send("POST", path(id, "/rehearsals"), {});
export const removeNarrative = (id: string): Promise<unknown> => send("POST", path(id, "/remove"), {});
export const compareVersions = (id: string, before: string, after: string): Promise<ComparePage> =>
  get(path(id, `/compare?before=${encodeURIComponent(before)}&after=${encodeURIComponent(after)}`));
export const textPath = (id: string, version = "draft"): string => path(id, `/text?version=${encodeURIComponent(version)}`);
