import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Config, FeatstoreError } from "../../core/index";
import {
  createPostgresDatabase,
  createSocketDatabase,
  type Database,
  DataFolderError,
  findDataFolderHolder,
  openDataFolder,
  openEmbeddedDatabase,
} from "../../database/index";

export interface OpenedDatabase {
  readonly database: Database;
  /** Closes the database and releases the data folder. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the configured database for one command: PostgreSQL by its url, the embedded database by its folder, or, if a
 * running server holds that folder, through the server's socket.
 * Errors: `data_folder_held` while another command holds the folder, `DataFolderError`; the first call may fail with
 * `DatabaseError`.
 */
export async function openCommandDatabase(config: Config): Promise<OpenedDatabase> {
  if (config.database.kind === "postgres") {
    const { url, directUrl, prepare, poolSize } = config.database;
    const database = createPostgresDatabase({
      url: url.reveal(),
      ...(directUrl === null ? {} : { directUrl: directUrl.reveal() }),
      prepare,
      poolSize,
    });
    return { database, close: () => database.close() };
  }
  const holder = await findDataFolderHolder(config.dataDir);
  if (holder !== undefined && (await exists(holder.socketPath))) {
    const database = createSocketDatabase({ socketPath: holder.socketPath });
    return { database, close: () => database.close() };
  }
  const folder = await openDataFolder(config.dataDir).catch((error: unknown) => {
    throw isHeld(error)
      ? new FeatstoreError("data_folder_held", heldText(config, error.message), { cause: error })
      : error;
  });
  try {
    const database = await openEmbeddedDatabase(folder.databaseFolder);
    return {
      database,
      close: async () => {
        await database.close();
        await folder.release();
      },
    };
  } catch (error) {
    await folder.release();
    throw error;
  }
}

function isHeld(error: unknown): error is DataFolderError {
  return error instanceof DataFolderError && error.code === "data_folder_locked";
}

function heldText({ dataDir }: Config, message: string): string {
  return `${message} Wait until it is done or stop it, or set FEATSTORE_DATA_DIR to another folder than ${dataDir}.`;
}

/** Returns true if a database is configured or an embedded one exists. */
export async function isDatabaseAtHand(config: Config): Promise<boolean> {
  return config.database.kind === "postgres" || exists(join(config.dataDir, "database"));
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
