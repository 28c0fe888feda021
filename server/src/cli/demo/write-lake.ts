import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { sampleFileStatements } from "@featstore/samples";
import type { EngineSettings } from "../../core/index";
import { openEngine, withDuckdb } from "../../engine/index";
import type { CommandIo } from "../kit/command";
import { nowMicros } from "../kit/now-micros";

/** Writes the sample's files into the root of the engine, unless they are there. `from`: the folder of its data. */
export async function writeLake(engine: EngineSettings, from: string, io: CommandIo): Promise<void> {
  const [root] = engine.roots;
  if (root === undefined || existsSync(root)) return;
  io.stderr(`Writing the sample as Parquet files to ${root}…\n`);
  // A start that is killed leaves no half of a lake.
  const to = `${root}.new`;
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  // The root does not exist yet.
  const writer = openEngine("lake", { ...engine, roots: [from, to] });
  await withDuckdb(writer, { signal: io.signal }, async (duckdb) => {
    for (const text of sampleFileStatements({ from, to, until: nowMicros() })) await duckdb.run(text);
  });
  await rename(to, root);
}
