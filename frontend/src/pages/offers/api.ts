// What do offers look like on the wire, and which calls does their page make?
import { get, readRefusal, send, type Sending } from "../../api/client";
import type { Saved } from "../../api/contract";
import type { components } from "../../api/schema";

type Shapes = components["schemas"];
export type Offer = Shapes["Offer"];
export type OfferBook = Shapes["OfferBook"];
export type OfferWeights = Shapes["OfferWeights"];
export type Equity = Shapes["Equity"];
export type Grant = Shapes["Grant"];
export type Vesting = Shapes["Vesting"];
export type OffersPage = Shapes["OffersPage"];
export type Weighing = Shapes["Weighing"];
export type Worth = Shapes["OfferWorth"];
export type Pair = Shapes["OfferPair"];
export type Scenario = Shapes["PayScenario"];
export type YearPay = Shapes["YearPay"];
export type Spread = Shapes["Spread"];
export type Simulated = Shapes["Simulated"];
export type Point = Shapes["ReferencePoint"];

export const fetchOffers = (): Promise<OffersPage> => get("/api/offers");
export const saveOffers = (book: OfferBook, sending: Sending = {}): Promise<Saved> => send("PUT", "/api/offers", book, sending);
export const compareOffers = (book: OfferBook): Promise<Weighing> => send("POST", "/api/offers/compare", book);

// The sheet is Markdown, not JSON.
export async function fetchSheet(offer: string): Promise<string> {
  const response = await fetch(`/api/offers/sheet?offer=${encodeURIComponent(offer)}`, { credentials: "same-origin" });
  if (!response.ok) throw await readRefusal(response);
  return response.text();
}
