// Type-checked with each module resolution, then run: the types of both packages, also where a wrong use must fail.
import { ApiError, createClient, type FeatureRow, NotFoundError } from "@featstore/client";
import { createDatasets, type DownloadedDataset } from "@featstore/client/datasets";
import { entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import type { defineTest } from "@featstore/definitions/testing";

const speeches = source({
  name: "speeches",
  table: "speeches",
  key: { id: int64() },
  eventTime: "added_at",
  history: "current",
  columns: { title: string().nullable() },
});
const speech = entity({ name: "speech", key: { id: int64() } });
export const profile = featureView({
  name: "profile",
  version: 1,
  entity: speech,
  from: speeches,
  features: (row) => ({ title: latest(row.title) }),
});
export type Test = ReturnType<typeof defineTest>;

declare const process: { readonly argv: readonly string[] };
const [url = "", key = "", dataset = ""] = process.argv.slice(2);
const client = createClient({ baseUrl: url, apiKey: key });

export async function typed(): Promise<string | null> {
  const { features } = await client.features.get(1, { features: [profile] });
  // @ts-expect-error The view has no such feature.
  features.profile.topic;
  return features.profile.title;
}

const single = await client.features.get(1, { features: ["speech_profile.title"] });
const row: FeatureRow = single;
const saved: DownloadedDataset = await createDatasets({ baseUrl: url, apiKey: key }).download(dataset, { to: "data/" });
const error: unknown = await client.features.get(1, { features: ["no_such_view"] }).catch((reason: unknown) => reason);
const result = {
  title: single.features.speech_profile?.title,
  status: row.status,
  error: [error instanceof NotFoundError, error instanceof ApiError && error.status],
  files: saved.files.map(({ path }) => path),
};
console.log(JSON.stringify(result));
