// For workerd: bundled; each request runs the smoke test.
import { createClient, NotFoundError } from "@featstore/client";
import { createDatasets } from "@featstore/client/datasets";
import { readSample } from "./read-sample.mjs";

export default {
  async fetch(request, { URL: url, KEY: key, DATASET: dataset }) {
    if (new URL(request.url).pathname !== "/run") return new Response("ready");
    try {
      const sample = await readSample({ createClient, NotFoundError }, { url, key });
      const datasets = createDatasets({ baseUrl: url, apiKey: key });
      const { file, sha256, bytes } = await datasets.read(dataset, { format: "csv" });
      return Response.json({ sample, read: { file, sha256, bytes: bytes.length } });
    } catch (error) {
      return new Response(String(error?.stack), { status: 500 });
    }
  },
};
