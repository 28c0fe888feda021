// `npm run demo -- --once`: serves the demo, reads it with the published client over HTTP, prints tables and exits.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createClient } from "../sdk/typescript/dist/index.js";

const [cli, ...args] = process.argv.slice(2);
const server = spawn(process.execPath, [cli, "demo", "--json", ...args], { stdio: ["ignore", "pipe", "inherit"] });
const ended = new Promise((resolve) => server.once("exit", (code) => resolve(code ?? 1)));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));

const ready = await Promise.race([firstLine(server.stdout), ended]);
if (typeof ready === "number") process.exit(ready === 0 ? 1 : ready);
const started = JSON.parse(ready);
// The command has reported the fault on stderr.
if ("error" in started) process.exit(await ended);

let code = 0;
try {
  await read(started);
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  code = 1;
}
server.kill("SIGTERM");
const serverCode = await ended;
process.exit(code === 0 && serverCode !== 0 ? 1 : code);

async function read({ url, key_file: keyFile, ids, features, batch_features: batchFeatures, embedding }) {
  const client = createClient({ baseUrl: url, apiKey: readFileSync(keyFile, "utf8").trim() });
  const [id] = ids;

  const single = await client.features.get(id, { features });
  console.log(`\nSpeech ${id} (${single.status})`);
  console.table(
    Object.entries(single.features).flatMap(([view, values]) =>
      Object.entries(values).map(([feature, value]) => ({ view, feature, value: shown(value) })),
    ),
  );

  const batch = await client.features.getBatch({ ids, features: batchFeatures });
  console.log(`Batch of ${ids.length}`);
  console.table(
    batch.rows.map(({ id: rowId, status }, index) => ({
      id: rowId,
      status,
      ...Object.fromEntries(
        batch.columns.map((column, columnIndex) => [column, shown(batch.values[index]?.[columnIndex])]),
      ),
    })),
  );

  const { embeddings } = await client.embeddings.get(id, { embedding });
  console.log(`Embedding of speech ${id}`);
  console.table(
    Object.entries(embeddings).map(([name, { space, dimensions, status, vector }]) => ({
      embedding: name,
      space,
      dimensions,
      status,
      "first values": vector
        ?.slice(0, 4)
        .map((value) => value.toFixed(4))
        .join(" "),
    })),
  );
}

function shown(value) {
  if (value === null || value === undefined) return null;
  const text = typeof value === "object" ? JSON.stringify(value) : value;
  return typeof text === "string" && text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function firstLine(stream) {
  return new Promise((resolve) => createInterface({ input: stream }).once("line", resolve));
}
