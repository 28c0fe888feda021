// Runs statements in a bare DuckDB of its own process: an order as JSON from standard input, the answer as JSON to standard output.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { DuckDBInstance } = createRequire(new URL("../../../server/package.json", import.meta.url))("@duckdb/node-api");
const { folder, threads, memoryMb, extensions, prepare, statement } = JSON.parse(await text(process.stdin));

process.chdir(folder);
const instance = await DuckDBInstance.create(":memory:", {
  threads: String(threads),
  memory_limit: `${memoryMb}MiB`,
  temp_directory: `${folder}/bare-spill`,
});
const connection = await instance.connect();
for (const each of ["set TimeZone = 'UTC'", ...extensions.map((file) => `load '${file}'`), ...prepare])
  await connection.run(each);
const before = process.cpuUsage();
const begun = performance.now();
const reader = await connection.runAndReadAll(statement);
const milliseconds = performance.now() - begun;
const { user, system } = process.cpuUsage(before);
const answer = {
  milliseconds,
  processorMs: (user + system) / 1000,
  peakMebibytes: process.resourceUsage().maxRSS / 1024,
  rows: reader.getRowObjectsJson(),
};
process.stdout.write(JSON.stringify(answer));
