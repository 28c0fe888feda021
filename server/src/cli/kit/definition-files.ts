import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { glob } from "tinyglobby";

/**
 * Finds the files of a `definitions` setting, sorted. A file is itself; a folder is its `index.ts`, else every
 * TypeScript file in it that is not a test; a text with `*`, `?` or `{a,b}` is a glob, in which `**` crosses folders.
 * Empty if nothing is found.
 *
 * @example await definitionFiles("definitions", "/home/me/project") // ["/home/me/project/definitions/index.ts"]
 */
export async function definitionFiles(pattern: string, workingFolder: string): Promise<string[]> {
  if (isGlob(pattern)) {
    const { folder, rest } = splitGlob(pattern);
    const files = await filesUnder(resolve(workingFolder, folder), rest);
    return files.filter((file) => !isTest(file));
  }
  const path = resolve(workingFolder, pattern);
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return [];
  if (status.isFile()) return [path];
  const index = join(path, "index.ts");
  if ((await stat(index).catch(() => undefined))?.isFile()) return [index];
  return (await filesUnder(path)).filter(
    (file) => /\.[mc]?[jt]s$/.test(file) && !isTest(file) && !/\.d\.[mc]?ts$/.test(file),
  );
}

/** Finds the `*.test.ts` files of the definitions: in the folder of the setting, or in the base folder of the glob. */
export async function definitionTestFiles(pattern: string, workingFolder: string): Promise<string[]> {
  const start = isGlob(pattern) ? splitGlob(pattern).folder : pattern;
  const path = resolve(workingFolder, start);
  const status = await stat(path).catch(() => undefined);
  const folder = status?.isFile() ? resolve(path, "..") : path;
  return (await filesUnder(folder)).filter(isTest);
}

function isTest(file: string): boolean {
  return /\.test\.[mc]?[jt]s$/.test(file);
}

function isGlob(pattern: string): boolean {
  return /[*?{]/.test(pattern);
}

/** Splits a glob into the folder before its first wildcard, whose name is taken literally, and the rest. */
function splitGlob(pattern: string): { readonly folder: string; readonly rest: string } {
  const parts = pattern.split("/");
  const wild = parts.findIndex(isGlob);
  const folder = parts.slice(0, wild).join("/") || (pattern.startsWith("/") ? "/" : ".");
  return { folder, rest: parts.slice(wild).join("/") };
}

/** Lists files, sorted by code unit. Folders below `folder` are skipped if they are hidden or hold installed packages. */
async function filesUnder(folder: string, pattern = "**"): Promise<string[]> {
  const ignore = ["**/node_modules/**", "**/.*/**"];
  const files = await glob(pattern, { cwd: folder, absolute: true, dot: true, expandDirectories: false, ignore });
  return files.map((file) => resolve(file)).sort();
}
