// For browsers: bundled, then called by the page.
import { createClient, NotFoundError } from "@featstore/client";
import { createDatasets } from "@featstore/client/datasets";
import { readSample } from "./read-sample.mjs";

globalThis.runSmokeTest = async ({ url, key, dataset }) => {
  const sample = await readSample({ createClient, NotFoundError }, { url, key });
  const { file, sha256, bytes } = await createDatasets({ baseUrl: url, apiKey: key }).read(dataset, { format: "csv" });
  return { sample, read: { file, sha256, bytes: bytes.length } };
};
