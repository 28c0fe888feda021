import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { oneLine } from "./escape";

/** Lists the ids of an SPDX expression: `CC0-1.0 OR MIT` has two. An exception after `WITH` is not a licence. */
export function licenceIds(expression: string): readonly string[] {
  const ids = expression.replaceAll(/\bWITH\s+\S+/gi, " ").split(/[\s()]+|\b(?:AND|OR)\b/i);
  return [...new Set(ids.filter((id) => /^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(id)))];
}

/** The name by which Hugging Face knows a licence; undefined for those that it has no name for. */
export function hubLicence(id: string): string | undefined {
  return HUB[id];
}

const HUB: Readonly<Record<string, string>> = {
  "CC0-1.0": "cc0-1.0",
  "CC-BY-4.0": "cc-by-4.0",
  "CC-BY-SA-4.0": "cc-by-sa-4.0",
  "CC-BY-NC-4.0": "cc-by-nc-4.0",
  "CC-BY-NC-SA-4.0": "cc-by-nc-sa-4.0",
  "ODC-By-1.0": "odc-by",
  "ODbL-1.0": "odbl",
  "PDDL-1.0": "pddl",
  MIT: "mit",
  "Apache-2.0": "apache-2.0",
};

/**
 * Reads the texts of an expression's licences from a folder with a file `<id>.json` each. A licence without a file is
 * left out: its file names its address.
 *
 * @example await readLicenceTexts(assetFolder("licences"), "CC0-1.0 OR MIT")
 */
export async function readLicenceTexts(folder: string, expression: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const id of licenceIds(expression)) {
    const file = await readFile(join(folder, `${id}.json`), "utf8").catch(() => undefined);
    const parsed: unknown = file === undefined ? undefined : JSON.parse(file);
    if (
      typeof parsed === "object" &&
      parsed !== null &&
      "licenseText" in parsed &&
      typeof parsed.licenseText === "string"
    )
      texts.set(id, parsed.licenseText);
  }
  return texts;
}

/** Names a licence whose text is not known. SPDX has a page for each of its own licences, and none for a `LicenseRef-`. */
function addressOf(id: string): string {
  if (id.startsWith("LicenseRef-")) return `${id}: ask the publisher of the dataset for the text of this licence.\n`;
  return `${id}: https://spdx.org/licenses/${id}.html\n`;
}

/** Writes the file LICENSE: the expression, then the text of each licence with the holders in its place. */
export function licenceFile(
  expression: string,
  holders: readonly string[],
  texts: ReadonlyMap<string, string>,
): string {
  const holder = holders.map(oneLine).join(", ");
  const parts = licenceIds(expression).map((id) => {
    const text = texts.get(id)?.replaceAll("<year> <copyright holders>", () => holder);
    return text === undefined ? addressOf(id) : `${text.replaceAll("\r\n", "\n").trimEnd()}\n`;
  });
  return [`SPDX-License-Identifier: ${oneLine(expression)}\n`, ...parts].join("\n");
}
