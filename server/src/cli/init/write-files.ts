import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface WrittenFiles {
  readonly written: readonly string[];
  /** Files that existed before and were not changed. */
  readonly unchanged: readonly string[];
}

/** Writes files into a folder; never overwrites existing ones. */
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
