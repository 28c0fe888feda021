import { createClient, NotFoundError } from "@featstore/client";
import { createDatasets } from "@featstore/client/datasets";
import { readSample } from "./read-sample.mjs";

const [url, key, dataset] = process.argv.slice(2);
const sample = await readSample({ createClient, NotFoundError }, { url, key });
const { files } = await createDatasets({ baseUrl: url, apiKey: key }).download(dataset, { to: "data/" });
console.log(JSON.stringify({ sample, files: files.map(({ path }) => path) }));
