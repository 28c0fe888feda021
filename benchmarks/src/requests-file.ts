import { writeFileSync } from "node:fs";

/** Writes a list of requests for `drive`; `line` gives method, path and optional body. Keys alternate. */
export function writeRequests(
  file: string,
  keys: readonly string[],
  count: number,
  line: () => readonly string[],
): void {
  const lines = Array.from({ length: count }, (_, index) => {
    const [method = "", path = "", body = ""] = line();
    return [method, path, keys[index % keys.length], body].join("\t");
  });
  writeFileSync(file, `${lines.join("\n")}\n`);
}
