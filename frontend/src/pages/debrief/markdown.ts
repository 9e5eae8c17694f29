// How does a debrief read outside the app, as Markdown for one's notes or for a peer?
import type { AttemptPage, Debrief, Finding, Sheet } from "../../api/contract";
import { showCell } from "../../words/cells";
import { claimSentence } from "../../words/claims";
import { kindName, many, percent, sentence } from "../../words/format";
import { probeName } from "../../words/probes";

export function writeMarkdown(page: AttemptPage, debrief: Debrief): string {
  const fence = page.attempt.kind === "features" ? "toml" : page.attempt.kind;
  const stated = page.attempt.confidence == null ? "confidence not stated" : `${percent(page.attempt.confidence)} sure that nothing breaks`;
  return [
    `# Debrief: ${page.card?.title ?? page.attempt.drill_id}`,
    `${kindName(page.attempt.kind)}, handed in ${page.attempt.handed_in_at}, ${stated}.`,
    `**Signal: ${debrief.signal}.** ${sentence(debrief.signal_rule)}`,
    `**Next:** ${sentence(debrief.next_thing.do)}`,
    writeScores(debrief),
    `## ${debrief.findings.length ? `What broke: ${many(debrief.findings.length, "finding")}` : "Nothing broke"}`,
    ...debrief.findings.map(writeFinding),
    ...(debrief.unknown.length ? [`Could not be asked: ${debrief.unknown.join("; ")}.`] : []),
    "## As handed in",
    fenceIn(page.attempt.text.trimEnd(), fence),
  ].join("\n\n").concat("\n");
}

// The fence is longer than any run of backticks in the text.
function fenceIn(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function writeScores(debrief: Debrief): string {
  const rows = debrief.scores.map((score) => [score.dimension, String(Math.round(score.score * 100)), percent(score.weight), `${score.found} of ${score.asked}`]);
  return writeTable(["Dimension", "Score", "Weight", "Probes that found something"], rows);
}

function writeFinding(finding: Finding, index: number): string {
  const head = `### ${index + 1}. ${claimSentence(finding.claim)}\n\n${probeName(finding.probe)}; ${finding.dimension}.`;
  return [head, ...writeEvidence(finding)].join("\n\n");
}

function writeEvidence({ evidence }: Finding): string[] {
  switch (evidence.kind) {
    case "database":
      return [
        ...writeSides(evidence.got, evidence.expected, evidence.error),
        ...Object.entries(evidence.database).map(([name, sheet]) => `Table \`${name}\`:\n\n${writeSheet(sheet)}`),
      ];
    case "call":
      return [
        `Call: \`${evidence.call}\``,
        ...Object.entries(evidence.arguments).map(([name, given]) => (typeof given === "string" ? `\`${name}\` = \`${given}\`` : `\`${name}\`:\n\n${writeSheet(given)}`)),
        ...writeSides(evidence.got, evidence.expected, evidence.error),
      ];
    case "lines":
      return [evidence.remarks.map((remark) => `- line ${remark.line}: ${remark.why} (${remark.rule})`).join("\n")];
    case "timing":
      return [`${evidence.attempt_seconds} s against ${evidence.reference_seconds} s of the reference on ${many(evidence.rows, "row")}.`];
    case "coverage":
      return [
        `${evidence.held} of ${many(evidence.draws, "interval")} hold the truth; promised ${percent(evidence.level)}. Remember: ${evidence.principle}`,
        `A draw that shows it: the truth is ${evidence.truth}, the attempt says ${evidence.error ?? `${evidence.value}, between ${evidence.low ?? "no end"} and ${evidence.high ?? "no end"}`}.`,
        `Table \`df\`:\n\n${writeSheet(evidence.world)}`,
      ];
    default:
      return [`Stopped by ${evidence.limit}: ${evidence.detail}`];
  }
}

type Side = Sheet | string | null;

function writeSides(got: Side, expected: Side, error: string | null | undefined): string[] {
  const side = (given: Side): string => (given === null ? "nothing" : typeof given === "string" ? `\`${given}\`` : `\n\n${writeSheet(given)}`);
  return [error ? `Yours stops with: \`${error.replaceAll("\n", " ")}\`` : `Yours gives: ${side(got)}`, `Expected: ${side(expected)}`];
}

function writeSheet(sheet: Sheet): string {
  const rows = sheet.rows.map((row) => row.map((cell, index) => showCell(cell, sheet.types[index] ?? "").text));
  return writeTable(sheet.columns, rows) + (sheet.cut ? `\n\nand ${many(sheet.cut, "further row")}` : "");
}

function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
