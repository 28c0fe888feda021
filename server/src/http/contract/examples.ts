import type { z } from "@hono/zod-openapi";
import type { FeatureServiceDocument, FeatureViewSummary, Health } from "./schemas";

/** A feature view of the demo, for examples. */
export const artistProfile: Omit<z.infer<typeof FeatureViewSummary>, "features"> = {
  name: "artist_profile",
  version: 1,
  promoted: true,
  state: "active",
  deprecation: null,
  entity: "artist",
  scope: "shared",
  description: "What an artist's tracks are like together",
  owner: "content-intelligence",
  tags: ["artists"],
  ttl_seconds: null,
  freshness_seconds: null,
  served: {
    generation: 1,
    as_of: "2026-11-22T20:50:25.261000Z",
    published_at: "2026-11-22T20:50:25.402000Z",
    rows: 43,
  },
};

/** A feature service of the demo, for examples. */
export const hitPredictor: z.infer<typeof FeatureServiceDocument> = {
  name: "hit_predictor",
  version: 1,
  promoted: true,
  entity: "track",
  features: ["track_profile@1.release_year", "lyric_sentiment@1.sentiment"],
  through: {},
  inputs: [],
  computed: [],
  description: "Inputs of the model that predicts how popular a track will be",
  owner: "content-intelligence",
  tags: [],
  applied_at: "2026-11-22T20:50:23.705000Z",
};

/** Health of the demo, for examples. */
export const healthy: z.infer<typeof Health> = {
  status: "ok",
  registry_revision: 10,
  checks: {
    server: { ok: true, detail: "running" },
    database: { ok: true, detail: "answers" },
    online_store: { ok: true, detail: "holds every served view" },
  },
};
