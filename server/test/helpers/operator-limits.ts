import type { Config, Tier } from "../../src/core/index";
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

const free: Tier = {
  rate: { perSecond: 20, burst: 200 },
  month: { requests: 100_000, rows: 1_000_000, bytes: null },
  excess: "refuse",
  exports: 1,
  batchIds: 1000,
  searchHits: 100,
  resources: [],
};

/** `free` may read nothing, `pro` everything, `lyrics` the views that begin so. */
export const testTiers: Config["tiers"] = {
  default: "free",
  levels: {
    free,
    pro: { ...free, rate: { perSecond: 500, burst: 5000 }, resources: ["*"] },
    lyrics: { ...free, resources: ["lyric_*"] },
  },
};
