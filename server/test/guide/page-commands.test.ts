import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** The file that runs the commands of these pages. For every other page, a test in this folder names the page. */
const elsewhere: Readonly<Record<string, string>> = {
  "README.md": "server/test/guide/readme.test.ts",
  "docs/correctness.md": ".ci/run",
  "sdk/python/README.md": "sdk/python/tests/test_readme.py",
  "sdk/typescript/README.md": "sdk/typescript/test/readme-integration.test.ts",
};

const leftOut = /(?:^|\/)node_modules\/|^docs\/(?:decisions|generated|notebooks|benchmarks)\//;
const readPage = (page: string) => readFileSync(join(root, page), "utf8");

function pagesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `${folder}/${file}`);
}

test("a test runs the commands of every page; those that no test runs are not in blocks of sh", () => {
  const pages = ["README.md", ...["docs", "sdk/typescript", "sdk/python", "examples"].flatMap(pagesIn)];
  const withCommands = pages.filter((page) => !leftOut.test(page) && /^```sh$/m.test(readPage(page)));
  expect(withCommands.length).toBeGreaterThan(15);
  const tests = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith(".test.ts") && !name.startsWith("page-"),
  );
  const texts = tests.map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
  const untested = withCommands.filter((page) => {
    const name = page.replace(/^docs\/(?:guide\/)?/, "");
    const file = elsewhere[page];
    return file === undefined ? !texts.some((text) => text.includes(name)) : !existsSync(join(root, file));
  });
  expect(untested).toEqual([]);
});
