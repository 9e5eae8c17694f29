// What do reviews look like on the wire, and which calls does their page make?
import { get, send } from "../../api/client";
import type { components } from "../../api/schema";

type Shapes = components["schemas"];
export type ReviewPage = Shapes["ReviewPage"];
export type Due = Shapes["Due"];
export type ReviewIn = Shapes["ReviewIn"];
export type ReviewedCard = Shapes["ReviewedCard"];

export const fetchReview = (): Promise<ReviewPage> => get("/api/review");
export const sendReview = (cardId: string, given: ReviewIn): Promise<ReviewedCard> => send("POST", `/api/review/${encodeURIComponent(cardId)}`, given);
export const ANKI = "/api/review/anki.apkg";
