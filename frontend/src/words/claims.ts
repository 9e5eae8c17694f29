// How does a finding's claim become a sentence, with its names set as code?
export interface Piece {
  text: string;
  code: boolean;
}

// Most claims complete "it breaks when"; some are whole already ("it does not run", "the sandbox stopped it").
export function claimSentence(claim: string): string {
  const said = claim.trim().replace(/\.$/, "");
  const whole = /^(it|the sandbox)\b/i.test(said);
  const sentence = whole ? said.charAt(0).toUpperCase() + said.slice(1) : `It breaks when ${said}`;
  return /[!?:]$/.test(sentence) ? sentence : `${sentence}.`;
}

// Backticks, and names with a dot or an underscore in them, are names in the data.
export function pieces(text: string): Piece[] {
  return text
    .split(/(`[^`]+`|\b[a-z]+_[a-z_]*[a-z](?:\.[a-z_]+)?\b|\b[a-z]{2,}\.[a-z]+_[a-z_]+\b)/)
    .filter((part) => part !== "")
    .map((part) =>
      part.startsWith("`") && part.length > 2 ? { text: part.slice(1, -1), code: true } : { text: part, code: /^[a-z_.]*_[a-z_.]*$/.test(part) },
    );
}
