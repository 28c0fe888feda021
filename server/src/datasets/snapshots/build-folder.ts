import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BuildStore } from "./build-store";

const PREFIX = ".building-";

/** Creates the folder in which a build works, and removes those of builds that no process works on any more. */
export async function openBuildFolder(root: string, id: string, builds: BuildStore): Promise<string> {
  await mkdir(root, { recursive: true });
  for (const name of await leftBuildFolders(root, builds)) await rm(join(root, name), { recursive: true, force: true });
  const folder = join(root, `${PREFIX}${id}`);
  await mkdir(folder);
  return folder;
}

/** Lists folders of builds that have ended. */
export async function leftBuildFolders(root: string, builds: BuildStore): Promise<readonly string[]> {
  // The folders first: a build has its row before its folder.
  const found = (await namesIn(root)).filter((name) => name.startsWith(PREFIX));
  if (found.length === 0) return [];
  const running = new Set((await builds.running()).map(({ id }) => `${PREFIX}${id}`));
  return found.filter((name) => !running.has(name));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
