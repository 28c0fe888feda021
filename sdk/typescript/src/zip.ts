/**
 * Columns and rows as objects, one for each row: for tables, files and whatever wants flat records.
 *
 * @example
 * const { columns, values } = await client.features.getBatch({ ids, service: "hit_predictor" });
 * console.table(zipRows(columns, values)); // { "lyric_sentiment.sentiment": "positive", … }
 */
export function zipRows<Value>(
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): Record<string, Value | null>[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, position) => [column, row[position] ?? null])));
}
