// Which tables does a text mention? Before any is mentioned, all are in sight.
export function columnsInSight<T extends { name: string }>(tables: T[], text: string): T[] {
  const words = new Set(text.toLowerCase().match(/[a-z_]\w*/g) ?? []);
  const mentioned = tables.filter((table) => words.has(table.name.toLowerCase()));
  return mentioned.length ? mentioned : tables;
}
