/**
 * Converts columns and rows to one object per row, for tables, files and other flat records.
 *
 * @example
 * const { columns, values } = await client.features.getBatch({ ids, service: "party_predictor" });
 * console.table(zipRows(columns, values)); // { "speech_sentiment.sentiment": "positive", … }
 */
export function zipRows<Value>(
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): Record<string, Value | null>[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, position) => [column, row[position] ?? null])));
}
