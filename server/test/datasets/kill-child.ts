import { createPostgresDatabase } from "../../src/database/postgres-database";
import { createS3Files, type S3FilesOptions } from "../../src/datasets/files/s3-files";
import { writeSnapshot } from "../../src/datasets/write/write-snapshot";
import { openDatasetWorld } from "./support/dataset-world";

/** Builds the dataset of songs once, and reports when it begins. */
export interface BuildOrder {
  readonly database: string;
  readonly folder: string;
  readonly s3: S3FilesOptions | null;
}

const { database: url, folder, s3 } = JSON.parse(process.argv[2] ?? "") as BuildOrder;
const database = createPostgresDatabase({ url, poolSize: 2 });
const files = s3 === null ? {} : { files: await createS3Files(s3) };
const world = await openDatasetWorld(database, { folder, write: writeSnapshot, ...files });
process.send?.("begins");
await world.build();
await world.close();
await database.close();
process.disconnect?.();
