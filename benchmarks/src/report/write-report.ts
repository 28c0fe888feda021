import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../featstore-cli";
import { documentsOf } from "./documents";
import { readStoredResults, storeResult } from "./stored-results";

/**
 * Stores result files for their parts, writes docs/benchmarks.md, its plots and the marked figures of all documents, removes
 * older plots, and returns what it wrote.
 */
export function writeReport(files: readonly string[]): string {
  for (const file of files) storeResult(file);
  const documents = documentsOf(readStoredResults());
  const plots = join(root, "docs/benchmarks");
  for (const name of readdirSync(plots)) if (name.endsWith(".svg")) rmSync(join(plots, name));
  for (const [path, content] of documents) writeFileSync(join(root, path), content);
  return `Written:\n${[...documents.keys()].join("\n")}`;
}
