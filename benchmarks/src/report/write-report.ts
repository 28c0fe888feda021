import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../featstore-cli";
import { type Result, reportFiles } from "./report-page";

/**
 * Writes docs/benchmarks.md and its plots, removes older plots and returns the page's path. If `file` is null, uses the
 * newest result in the folder that has figures of online serving and was not a quick run.
 */
export function writeReport(file: string | null, results: string): string {
  const chosen = file ?? newest(results);
  const docs = join(root, "docs");
  const files = reportFiles(read(chosen), basename(chosen));
  rmSync(join(docs, "benchmarks"), { recursive: true, force: true });
  mkdirSync(join(docs, "benchmarks"));
  for (const [path, content] of files) writeFileSync(join(docs, path), content);
  return join(docs, "benchmarks.md");
}

function read(file: string): Result {
  return JSON.parse(readFileSync(file, "utf8")) as Result;
}

function newest(results: string): string {
  const names = readdirSync(results).filter((name) => name.endsWith(".json"));
  const newest = names
    .sort()
    .reverse()
    .map((name) => join(results, name))
    .find((path) => {
      const { options, figures } = read(path);
      return !options.quick && figures.some(({ plot }) => plot !== undefined);
    });
  if (newest === undefined)
    throw new Error("There is no result of online serving but quick ones: run npm run bench -- online");
  return newest;
}
