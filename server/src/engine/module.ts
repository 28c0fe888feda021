import type { Config } from "../core/index";
import { type Database, shareDatabase } from "../database/index";
import type { Platform } from "../platform/index";
import { createEngine } from "./choose-engine";
import type { Engine } from "./engine";

/** Creates the engine of a server, of all that are configured. */
export function createServerEngine({ config, database }: Platform): Engine {
  return createEngine(database, config, trainingShare(config, database));
}

/**
 * Limits the joins of training sets, which may take long, so that connections are left for reads. The embedded database has only
 * one.
 */
function trainingShare({ database: settings }: Config, database: Database): Database {
  if (settings.kind !== "postgres") return database;
  return shareDatabase(database, Math.max(1, Math.floor(settings.poolSize / 3)));
}
