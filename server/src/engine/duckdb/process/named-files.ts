import { quoteText } from "../../../database/index";
import type { DuckdbProcess } from "./child-process";

const TEXT = "'(?:[^']|'')*'";
/** A function that reads files, with the text or the list of texts that it begins with. */
const READER = new RegExp(`\\b(?:read|parquet)_\\w+\\s*\\(\\s*(\\[[^\\]]*\\]|${TEXT})`, "gi");

/**
 * Returns the paths and patterns of files that a statement reads.
 *
 * @example pathsIn("select * from read_parquet('plays/*.parquet')") // ["plays/*.parquet"]
 */
export function pathsIn(statement: string): readonly string[] {
  const texts = [...statement.matchAll(READER)].flatMap(([, list = ""]) => list.match(new RegExp(TEXT, "g")) ?? []);
  return [...new Set(texts.map((text) => text.slice(1, -1).replaceAll("''", "'")))];
}

/**
 * Returns the files of these paths that a message quotes. DuckDB quotes values of rows in the same way, so only a list of files
 * tells them apart. A path whose files cannot be listed has none.
 */
export async function namedFiles(
  duckdb: Pick<DuckdbProcess, "ask">,
  paths: readonly string[],
  message: string,
): Promise<readonly string[]> {
  if (!message.includes("'")) return [];
  const files = new Set<string>();
  for (const path of paths) {
    const text = `select file from glob(${quoteText(path)}) where contains($1, chr(39) || file || chr(39)) limit 10`;
    const answer = await duckdb.ask({ kind: "run", text, parameters: [message], wantsRows: true });
    if (answer.kind === "done") for (const { file } of answer.rows) if (file) files.add(file);
  }
  return [...files];
}
