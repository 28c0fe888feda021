import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { guideBlocks, occursIn } from "./guide-document";

/** Output of an `sh` block. */
export interface BlockOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Writes the files of a page, by its path in the repository, into the folder, runs its `sh` blocks, and compares the `text` and
 * `json` blocks with the output of the `sh` block before them. Returns the output of each. Errors: a difference.
 */
export async function runBlocks(
  page: string,
  folder: string,
  run: (text: string, location: string) => Promise<BlockOutput>,
): Promise<readonly string[]> {
  const markdown = await readFile(join(import.meta.dirname, "../../..", page), "utf8");
  const outputs: string[] = [];
  let last: BlockOutput = { stdout: "", stderr: "" };
  for (const block of guideBlocks(markdown)) {
    const location = `${page}:${block.line}`;
    if (block.kind === "file") {
      await mkdir(dirname(join(folder, block.path)), { recursive: true });
      await writeFile(join(folder, block.path), block.text);
    }
    if (block.kind === "edit") {
      const text = await readFile(join(folder, block.path), "utf8");
      expect(text.split(block.from).length, `${location} names one place`).toBe(2);
      await writeFile(
        join(folder, block.path),
        text.replace(block.from, () => block.to),
      );
    }
    if (block.kind === "run") {
      last = await run(block.text, location);
      outputs.push(last.stdout + last.stderr);
    }
    if (block.kind === "expect" && !occursIn(last.stdout + last.stderr, block.lines, block.isWhole)) {
      expect(last.stdout + last.stderr, location).toBe(block.lines.join("\n"));
    }
    if (block.kind === "expect-json") expect(JSON.parse(last.stdout), location).toEqual(expectedJson(block.value));
  }
  return outputs;
}

/** Replaces omissions in JSON by matchers: "…" is any value, and an object may have more fields. */
function expectedJson(value: unknown): unknown {
  if (value === "…") return expect.anything();
  if (typeof value === "string" && value.includes("…")) return expect.toSatisfy((text) => occursIn(text, [value]));
  if (Array.isArray(value)) return value.map(expectedJson);
  if (typeof value !== "object" || value === null) return value;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, expectedJson(each)])),
  );
}
