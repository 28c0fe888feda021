import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface WrittenFiles {
  readonly written: readonly string[];
  /** Those that were there before and stay as they are. */
  readonly unchanged: readonly string[];
}

/** Writes files under a folder; what is there already is never touched. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<WrittenFiles> {
  const written: string[] = [];
  const unchanged: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(path, text, { flag: "wx" });
      written.push(name);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      unchanged.push(name);
    }
  }
  return { written, unchanged };
}
