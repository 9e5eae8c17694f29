// What can be completed: the dialect's words, the drill's tables, and the columns of those that are mentioned?
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { python } from "@codemirror/lang-python";
import { keywordCompletionSource, PostgreSQL, schemaCompletionSource, SQLDialect, type SQLNamespace } from "@codemirror/lang-sql";
import { LanguageSupport } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import type { Kind, TableShown } from "../api/contract";
import { FUNCTIONS, KEYWORDS, TYPES } from "./duckdb";
import { columnsInSight } from "./sight";

// PostgreSQL's syntax without its thousand words: a list of completions that nobody reads helps nobody.
const DUCKDB = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: KEYWORDS,
  types: TYPES,
  builtin: FUNCTIONS,
});

export function languageFor(kind: Kind, tables: TableShown[]): Extension {
  if (kind === "features") return [];
  return kind === "sql" ? sqlFor(tables) : pythonFor(tables);
}

function complete(table: TableShown): Completion[] {
  return table.columns.map((column) => ({
    label: column.name,
    type: "property",
    detail: column.type.toLowerCase() + (column.nullable ? ", may be null" : ""),
    info: `${table.name}: ${column.says}`,
  }));
}

function sqlFor(tables: TableShown[]): Extension {
  const schema: SQLNamespace = Object.fromEntries(
    tables.map((table) => [
      table.name,
      { self: { label: table.name, type: "type", detail: table.says }, children: complete(table) },
    ]),
  );
  const words = keywordCompletionSource(DUCKDB, true);
  return new LanguageSupport(DUCKDB.language, [
    DUCKDB.language.data.of({ autocomplete: schemaCompletionSource({ dialect: DUCKDB, schema }) }),
    DUCKDB.language.data.of({ autocomplete: (context: CompletionContext) => (afterDot(context) ? null : words(context)) }),
    DUCKDB.language.data.of({ autocomplete: bareColumns(tables) }),
  ]);
}

// After a dot only a column can stand.
function afterDot(context: CompletionContext): boolean {
  return context.matchBefore(/\.\w*/) !== null;
}

// The language's own source offers columns after a dot; this one offers them bare, for the tables in the text.
function bareColumns(tables: TableShown[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    if (!word || afterDot(context)) return null;
    const seen = columnsInSight(tables, context.state.doc.toString());
    const options = seen.flatMap((table) => complete(table)).map((option) => ({ ...option, boost: 5 }));
    return { from: word.from, options: unique(options), validFor: /^\w*$/ };
  };
}

function pythonFor(tables: TableShown[]): Extension {
  const support = python();
  const options: Completion[] = unique(tables.flatMap((table) => complete(table)));
  const names: Completion[] = tables.map((table) => ({ label: table.name, type: "variable", detail: table.says }));
  const source = (context: CompletionContext): CompletionResult | null => {
    const quoted = context.matchBefore(/["'][\w]*/);
    if (quoted) return { from: quoted.from + 1, options, validFor: /^\w*$/ };
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    return word ? { from: word.from, options: names, validFor: /^\w*$/ } : null;
  };
  return [support, support.language.data.of({ autocomplete: source })];
}

function unique(options: Completion[]): Completion[] {
  const seen = new Map<string, Completion>();
  for (const option of options) if (!seen.has(option.label)) seen.set(option.label, option);
  return [...seen.values()];
}
