/**
 * Disagreements that are known and being mended, by operation: a part of the words. The list only shrinks, and goes with its last
 * row.
 */
const BEING_MENDED: Readonly<Record<string, readonly RegExp[]>> = {
  readFeatureViewProfile: [/query: (?:version|generation).*(?:feature_view_version|profile)_not_found/],
  readFeatureViewDrift: [/query: (?:version|generation|baseline|against).*(?:feature_view_version|profile)_not_found/],
  readFeaturesBatch: [/latency_budget_ms: expected/, /\/entity must NOT have fewer/],
  readEmbeddingsBatch: [/\/entity must NOT have fewer/],
  searchEmbeddings: [/\/entity must NOT have fewer/],
  createTrainingSet: [
    ...[/Idempotency-Key/, /is repeated/, /application\/jsonl is unknown/, /\/rows must be array/],
    ...[/\/entity must NOT have fewer/, /\/columns\/\d+ must NOT have fewer/],
  ],
  createDatasetExport: [/Idempotency-Key/, /unknown member/, /\/features must be array/, /must NOT have fewer/],
  acceptDatasetTerms: [/unknown member/, /\/version must NOT have fewer/],
  downloadDataset: [/query\.part: expected a number/],
  readUsage: [/expected a day/],
  listAuditLog: [/query\.action/],
  createKey: [/scopes: /, /name: expected/, /is repeated/],
  changeKey: [/expected name, disabled or both/, /name: expected/],
  changeAccount: [/expected exactly one/, /expected 1 to/],
};

export function isBeingMended(operationId: string, words: string): boolean {
  return BEING_MENDED[operationId]?.some((pattern) => pattern.test(words)) === true;
}
