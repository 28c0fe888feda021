import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../featstore-cli";
import { fillMarkedFigures } from "./marked-figures";
import { reportFiles } from "./report-page";
import type { Results } from "./stored-results";

const PAGES = ["README.md", "benchmarks/README.md", "server/README.md", "feature-definitions/README.md"];

/** Makes every document that shows figures from the committed results, by its path in the repository. */
export function documentsOf(results: Results): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  for (const [path, content] of reportFiles(results)) documents.set(join("docs", path), content);
  for (const path of markedPages()) {
    const text = readFileSync(join(root, path), "utf8");
    if (text.includes("<!-- figure: ")) documents.set(path, fillMarkedFigures(text, results));
  }
  return documents;
}

function markedPages(): readonly string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && file !== "benchmarks.md")
    .map((file) => join("docs", file));
  return [...PAGES, ...docs].filter((path) => existsSync(join(root, path)));
}
