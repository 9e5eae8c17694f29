// What does a Markdown text consist of, and which of its links are followed?
import { marked, type Token, type Tokens } from "marked";

export type { Token };

export function read(text: string): Token[] {
  return marked.lexer(text.replaceAll("\r\n", "\n"));
}

export function topmost(tokens: Token[]): number {
  const depths = tokens.flatMap((token) => (token.type === "heading" ? [(token as Tokens.Heading).depth] : []));
  return depths.length ? Math.min(...depths) : 1;
}

// Only the web's own schemes and paths of the app: never javascript:, data: or a file.
export function href(link: Pick<Tokens.Link, "href">): string {
  const to = link.href.trim();
  if (/^https?:\/\//i.test(to)) return to;
  return /^\/(?!\/)/.test(to) || to.startsWith("#") ? to : "";
}

export const isOutside = (to: string): boolean => /^https?:/i.test(to);

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'", nbsp: "\u00a0" };

export function plain(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|#39|nbsp);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
