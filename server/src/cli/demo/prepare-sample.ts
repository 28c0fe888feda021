import { loadSample } from "@featstore/samples";
import { assetFolder } from "../../core/index";
import type { Deps } from "../../deps";
import type { CommandIo } from "../kit/command";
import { nowMicros } from "../kit/now-micros";
import { publishSample } from "../sample/publish-sample";
import { writeLake } from "./write-lake";

/**
 * Loads the sample into tables, or into the files of the engine `lake` if there is one, applies its definitions and
 * materializes them, skipping what is already there.
 */
export async function prepareSample(
  { database, config, readBack, registry: serving }: Deps,
  io: CommandIo,
): Promise<void> {
  const { lake } = config.engines;
  const folder = assetFolder("samples/state-of-the-union/data");
  if (lake !== undefined) await writeLake(lake, folder, io);
  else if (!(await isLoaded(database))) {
    io.stderr("Loading the sample…\n");
    await loadSample({ database, folder, until: nowMicros() });
  }
  await publishSample({ database, config }, io, {
    readBack,
    appliedBy: "demo",
    views: "waiting",
    over: lake === undefined ? "tables" : "files",
    // Also so if the folder has the sample of an earlier version, whose tables and views had other names.
    advice: `remove the data folder ${config.dataDir} and start again`,
  });
  await serving.refresh();
}

async function isLoaded(database: Deps["database"]): Promise<boolean> {
  const [present] = await database.query<{ loaded: boolean }>({
    text: "select to_regclass('public.speeches') is not null and to_regclass('public.analyses') is not null as loaded",
  });
  return present?.loaded === true;
}
