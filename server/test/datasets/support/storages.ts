import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalFiles } from "../../../src/datasets/files/local-files";
import type { SnapshotFiles } from "../../../src/datasets/files/snapshot-files";

export interface OpenStorage {
  readonly files: SnapshotFiles;
  /** Overwrites or, with null, deletes a stored file behind the storage's back. */
  tamper(path: string, content: Uint8Array | null): Promise<void>;
  close(): Promise<void>;
}

export interface TestStorage {
  readonly name: string;
  readonly skip: boolean;
  open(): Promise<OpenStorage>;
}

/** Every storage on which tests run. */
export function testStorages(): readonly TestStorage[] {
  return [{ name: "a local folder", skip: false, open: openLocal }];
}

async function openLocal(): Promise<OpenStorage> {
  const root = await mkdtemp(join(tmpdir(), "featstore-datasets-"));
  return {
    files: createLocalFiles(root),
    async tamper(path, content) {
      if (content === null) await rm(join(root, path));
      else await writeFile(join(root, path), content);
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}
