// What do cases, prompts and what is written about them look like on the wire, and which calls are made?
import { get, send, type Sending } from "../api/client";
import type { components } from "../api/schema";

type Shapes = components["schemas"];
export type CasesPage = Shapes["CasesPage"];
export type CaseRow = Shapes["CaseRow"];
export type PromptRow = Shapes["PromptRow"];
export type CasePage = Shapes["CasePage"];
export type PromptPage = Shapes["PromptPage"];
export type Frame = Shapes["Frame"];
export type Exchange = Shapes["Exchange"];
export type Begun = Shapes["BegunCard"];
export type BegunIn = Required<Shapes["BegunIn"]>;
export type Revealed = Shapes["Revealed"];
export type WritingRow = Shapes["WritingRow"];
export type WritingPage = Shapes["WritingPage"];
export type WrittenSection = Shapes["WrittenSection"];
export type LookedCard = Shapes["LookedCard"];
export type GivenMark = Shapes["GivenMark"];
export type PushedCard = Shapes["PushedCard"];
export type ModelCard = Shapes["ModelCard"];
export type WritingMarksIn = Shapes["WritingMarksIn"];
export type Lap = Shapes["Lap"];
export type Saved = Shapes["Saved"];
export type WrittenOut = Shapes["WrittenOut"];

const segment = encodeURIComponent;
export type Sort = "cases" | "prompts";
const path = (sort: Sort, slug: string, what = ""): string => `/api/${sort}/${segment(slug)}${what}`;

export const fetchCases = (): Promise<CasesPage> => get("/api/cases");
export const fetchCase = (slug: string): Promise<CasePage> => get(path("cases", slug));
export const fetchPrompt = (slug: string): Promise<PromptPage> => get(path("prompts", slug));

export const askInterviewer = (slug: string, asked: string, aids: number): Promise<Revealed> =>
  send("POST", path("cases", slug, "/ask"), { asked, aids });
export const saveBegun = (sort: Sort, slug: string, begun: BegunIn, sending: Sending = {}): Promise<Saved> =>
  send("PUT", path(sort, slug, "/draft"), begun, sending);
export const handInText = (sort: Sort, slug: string, begun: BegunIn): Promise<WrittenOut> =>
  send("POST", path(sort, slug, "/writings"), begun);

const writing = (id: string, what = ""): string => `/api/writings/${segment(id)}${what}`;
export const fetchWriting = (id: string): Promise<WritingPage> => get(writing(id));
export const markWriting = (id: string, marks: WritingMarksIn): Promise<WritingPage> => send("PUT", writing(id, "/marks"), marks);
export const replyTo = (id: string, says: string, text: string): Promise<WritingPage> =>
  send("POST", writing(id, "/replies"), { says, text });
export const askModel = (id: string, agreed: string): Promise<WritingPage> => send("POST", writing(id, "/model"), { agreed });
