import { readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";

/**
 * Finds the files of a `definitions` setting, sorted. A file is itself; a folder is its `index.ts`, else every
 * TypeScript file in it that is not a test; a text with `*`, `?` or `{a,b}` is a glob, in which `**` crosses folders.
 * Empty if nothing is found.
 *
 * @example await definitionFiles("definitions", "/home/me/project") // ["/home/me/project/definitions/index.ts"]
 */
export async function definitionFiles(pattern: string, workingFolder: string): Promise<string[]> {
  if (isGlob(pattern)) {
    const files = await matching(pattern, workingFolder);
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
  const start = isGlob(pattern) ? globStart(pattern) : pattern;
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

function globStart(pattern: string): string {
  const parts = pattern.split("/");
  const wild = parts.findIndex(isGlob);
  return parts.slice(0, wild).join("/") || (pattern.startsWith("/") ? "/" : ".");
}

async function matching(pattern: string, workingFolder: string): Promise<string[]> {
  const start = resolve(workingFolder, globStart(pattern));
  const expression = globExpression(pattern.replace(/^\.\//, ""));
  const files = await filesUnder(start);
  return files.filter((file) => {
    const name = pattern.startsWith("/") ? file : relative(workingFolder, file);
    return expression.test(name.split(sep).join("/"));
  });
}

function globExpression(pattern: string): RegExp {
  const source = pattern.replaceAll(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[.+^$()|[\]\\]/g, (part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.startsWith("{")) return `(?:${part.slice(1, -1).split(",").map(literal).join("|")})`;
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const nested = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return entry.name === "node_modules" || entry.name.startsWith(".") ? [] : filesUnder(path);
      return [path];
    }),
  );
  return nested.flat().sort();
}
