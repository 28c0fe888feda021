import type { Config } from "../../core/index";
import { createLocalFiles } from "./local-files";
import type { SnapshotFiles } from "./snapshot-files";

/** Opens the configured storage. The client of S3 is loaded only if it is needed: it is large. */
export async function openSnapshotFiles({
  folder,
  s3,
}: Pick<Config["datasets"], "folder" | "s3">): Promise<SnapshotFiles> {
  if (s3 === null) return createLocalFiles(folder);
  const { createS3Files } = await import("./s3-files");
  return createS3Files(s3);
}
