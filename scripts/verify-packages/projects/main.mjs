import { createClient, NotFoundError } from "@featstore/client";
import { createDatasets } from "@featstore/client/datasets";
import { readSample } from "./read-sample.mjs";

// FEATSTORE_URL and FEATSTORE_API_KEY are set.
const [dataset] = process.argv.slice(2);
const sample = await readSample({ createClient: () => createClient(), NotFoundError }, {});
const { files } = await createDatasets().download(dataset, { to: "data/" });
console.log(JSON.stringify({ sample, files: files.map(({ path }) => path) }));
