import { loadSample } from "@featstore/samples";
import { assetFolder } from "../../core/index";
import type { Deps } from "../../deps";
import type { CommandIo } from "../kit/command";
import { nowMicros } from "../kit/now-micros";
import { publishSample } from "../sample/publish-sample";

/** Loads the sample, applies its definitions and materializes them, skipping what is already there. */
export async function prepareSample(
  { database, config, readBack, registry: serving }: Deps,
  io: CommandIo,
  dataDir: string,
): Promise<void> {
  const [present] = await database.query<{ loaded: boolean }>({
    text: "select to_regclass('public.speeches') is not null and to_regclass('public.analyses') is not null as loaded",
  });
  if (present?.loaded !== true) {
    io.stderr("Loading the sample…\n");
    await loadSample({
      database,
      folder: assetFolder("samples/state-of-the-union/data"),
      until: nowMicros(),
    });
  }
  await publishSample({ database, config }, io, {
    readBack,
    appliedBy: "demo",
    views: "waiting",
    // Also so if the folder has the sample of an earlier version, whose tables and views had other names.
    advice: `remove the data folder ${dataDir} and start again`,
  });
  await serving.refresh();
}
