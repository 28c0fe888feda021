import type { KeyLimits } from "../../src/http/index";

/** Limits of keys without an organisation that no test reaches. */
export const operatorLimits: KeyLimits = {
  rate: { perSecond: 1_000_000, burst: 1_000_000 },
  month: { requests: null, rows: null, bytes: null },
  organisation: null,
  excess: "refuse",
  exports: 8,
  batchIds: 10_000,
  searchHits: 10_000,
};
