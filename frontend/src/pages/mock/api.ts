// What does a mock look like on the wire, and which calls does its page make?
import { get, send } from "../../api/client";
import type { components } from "../../api/schema";

type Shapes = components["schemas"];
export type MockPage = Shapes["MockPage"];
export type Mock = Shapes["Mock"];
export type Phase = Shapes["Phase"];
export type Line = Shapes["Line"];
export type MockIn = Shapes["MockIn"];
export type OutcomeCard = Shapes["OutcomeCard"];

export const fetchMock = (roundId: string): Promise<MockPage> => get(`/api/mocks/${encodeURIComponent(roundId)}`);
export const sendSheet = (roundId: string, given: MockIn): Promise<MockPage> => send("POST", `/api/mocks/${encodeURIComponent(roundId)}`, given);
