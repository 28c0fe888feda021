import { withDuckdb } from "../../../../src/engine/duckdb/process/index";
import { openEngine } from "../../../../src/engine/duckdb/process/open-engine";

/** Opens a session of an engine whose settings are the first argument, says so, and computes until it is killed. */
const settings = JSON.parse(process.argv[2] ?? "{}");
await withDuckdb(openEngine("lake", settings), {}, async (duckdb) => {
  process.send?.("opened");
  await duckdb.rows("select count(*) from range(100000000) as a (i), range(100000) as b (j) where i % 7 = j % 11");
});
