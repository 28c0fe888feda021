// Writes src/generated/openapi.ts from docs/openapi.json. `--check` writes nothing and fails where the two differ.
import { readFile, writeFile } from "node:fs/promises";
import openapiTypescript, { astToString } from "openapi-typescript";

const contract = new URL("../../../docs/openapi.json", import.meta.url);
const target = new URL("../src/generated/openapi.ts", import.meta.url);

const header = "// Generated from docs/openapi.json by `npm run generate`. Do not edit.\n\n";
const text = header + astToString(await openapiTypescript(contract, { immutable: true, alphabetize: true }));

if (process.argv.includes("--check")) {
  const committed = await readFile(target, "utf8").catch(() => "");
  if (committed !== text) {
    console.error(
      "src/generated/openapi.ts is not what docs/openapi.json gives: run `npm run generate` in sdk/typescript",
    );
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}
