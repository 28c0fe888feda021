// For Deno and Bun: as main.mjs, with the snapshot read into memory.
import { createClient, NotFoundError } from "@featstore/client";
import { createDatasets } from "@featstore/client/datasets";
import { readSample } from "./read-sample.mjs";

const [url, key, dataset] = process.argv.slice(2);
const sample = await readSample({ createClient, NotFoundError }, { url, key });
const { file, sha256, bytes } = await createDatasets({ baseUrl: url, apiKey: key }).read(dataset, { format: "csv" });
console.log(JSON.stringify({ sample, read: { file, sha256, bytes: bytes.length } }));
