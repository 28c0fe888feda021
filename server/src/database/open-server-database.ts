import { type Config, FeatstoreError } from "../core/index";
import { DataFolderError, openDataFolder } from "./data-folder";
import type { Database } from "./database";
import { serveDatabase } from "./database-socket";
import { openPgliteDatabase } from "./pglite-database";
import { createPostgresDatabase } from "./postgres-database";

/** An open database with everything that must be closed with it. */
export interface OpenDatabase {
  readonly database: Database;
  /** Ends all calls at once if the database cannot be reached within so many milliseconds; before `close`. */
  abandonUnlessReachable(waitMs: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the configured database for a server. The embedded one is locked, and offered to commands on a socket in the
 * data folder. Errors: `data_folder_held`, `data_folder_unusable`.
 */
export async function openServerDatabase(config: Config): Promise<OpenDatabase> {
  const settings = config.database;
  if (settings.kind === "postgres") {
    const database = createPostgresDatabase({
      url: settings.url.reveal(),
      ...(settings.directUrl === null ? {} : { directUrl: settings.directUrl.reveal() }),
      prepare: settings.prepare,
      poolSize: settings.poolSize,
    });
    return {
      database,
      abandonUnlessReachable: database.abandonUnlessReachable,
      close: () => database.close(),
    };
  }
  const folder = await openDataFolder(config.dataDir).catch((error: unknown) => {
    throw folderError(error);
  });
  try {
    const database = await openEmbeddedDatabase(folder.databaseFolder);
    try {
      const socket = await serveDatabase(database, folder.socketPath);
      return {
        database,
        abandonUnlessReachable: async () => undefined,
        async close() {
          await socket.close();
          await database.close();
          await folder.release();
        },
      };
    } catch (error) {
      await database.close();
      throw error;
    }
  } catch (error) {
    await folder.release();
    throw error;
  }
}

/** Opens the embedded database in its folder, which is locked. It has pgvector: no client could create the extension later. */
export async function openEmbeddedDatabase(folder: string): Promise<Database> {
  const database = await openPgliteDatabase({ folder });
  try {
    await database.query({ text: "create extension if not exists vector" });
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function folderError(error: unknown): unknown {
  if (!(error instanceof DataFolderError)) return error;
  if (error.code === "data_folder_unusable")
    return new FeatstoreError("data_folder_unusable", error.message, { cause: error });
  return new FeatstoreError(
    "data_folder_held",
    `${error.message} Stop it, or set FEATSTORE_DATA_DIR to another folder.`,
    { cause: error },
  );
}
