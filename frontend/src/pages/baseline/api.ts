// What does the baseline look like on the wire, and which calls does its page make?
import { get, send } from "../../api/client";
import type { components } from "../../api/schema";

type Shapes = components["schemas"];
export type BaselinePage = Shapes["BaselinePage"];
export type ItemCard = Shapes["ItemCard"];
export type AnsweredCard = Shapes["AnsweredCard"];
export type AnswerIn = Shapes["AnswerIn"];

export const fetchBaseline = (): Promise<BaselinePage> => get("/api/baseline");
export const sendAnswer = (answer: AnswerIn): Promise<BaselinePage> => send("POST", "/api/baseline/answers", answer);
export const finishBaseline = (): Promise<BaselinePage> => send("POST", "/api/baseline/finish", {});
export const skipBaseline = (): Promise<BaselinePage> => send("POST", "/api/baseline/skip", {});
export const takeAgain = (): Promise<BaselinePage> => send("POST", "/api/baseline/again", {});
