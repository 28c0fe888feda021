import { createDatasets } from "../../src/datasets";

// A process that downloads `songs` until it is killed. Arguments: base URL, path.

const [baseUrl = "", to = ""] = process.argv.slice(2);
await createDatasets({ baseUrl }).download("songs", { format: "csv", partBytes: 20_000, to });
