import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { assetFolder } from "../../../src/core/index";
import { cardFiles, cardWithDownloads } from "../../../src/datasets/card/card-files";
import { readLicenceTexts } from "../../../src/datasets/card/licence";
import type { SnapshotManifest } from "../../../src/datasets/dataset-types";
import { manifest } from "./manifest-fixture";

const licenceTexts = await readLicenceTexts(assetFolder("licences"), "CC0-1.0 OR MIT");

function texts(changed: Partial<SnapshotManifest> = {}): Readonly<Record<string, string>> {
  const files = cardFiles({ manifest: { ...manifest, ...changed }, licenceTexts });
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

function withLicence(licence: string): Partial<SnapshotManifest> {
  const { definition } = manifest;
  return { definition: { ...definition, publication: { ...definition.publication, licence } } };
}

test("writes the card and the citation", async () => {
  const { "README.md": card, "CITATION.cff": citation } = texts();
  await expect(card).toMatchFileSnapshot("golden/README.md");
  await expect(citation).toMatchFileSnapshot("golden/CITATION.cff");
});

test("the same input gives the same bytes", () => {
  expect(texts()).toEqual(texts());
});

test("the checksums cover every other file once, sorted by path", () => {
  const all = texts();
  const lines = (all.SHA256SUMS ?? "").trimEnd().split("\n");
  const paths = lines.map((line) => line.slice(66));
  expect(lines.every((line) => /^[0-9a-f]{64} {2}\S+$/.test(line))).toBe(true);
  expect(paths).toEqual([...paths].sort());
  expect(paths).toHaveLength(manifest.files.length + 3);
  for (const path of ["README.md", "LICENSE", "CITATION.cff"]) {
    const sha256 = createHash("sha256")
      .update(all[path] ?? "")
      .digest("hex");
    expect(lines).toContain(`${sha256}  ${path}`);
  }
});

test("the front matter names the Parquet files of each split for Hugging Face", () => {
  const [, yaml = ""] = (texts()["README.md"] ?? "").split("---\n");
  expect(parse(yaml)).toMatchObject({
    license: "cc0-1.0",
    size_categories: ["n<1K"],
    configs: [
      {
        config_name: "default",
        data_files: [
          { split: "train", path: ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"] },
          { split: "validation", path: "data/validation-00000-of-00001.parquet" },
          { split: "test", path: "data/test-00000-of-00001.parquet" },
        ],
      },
    ],
  });
});

test("LICENSE has the text of every licence of the expression, with its holders", () => {
  const { LICENSE = "", "README.md": card = "", "CITATION.cff": citation = "" } = texts(withLicence("CC0-1.0 OR MIT"));
  expect(LICENSE).toContain("CC0 1.0 Universal");
  expect(LICENSE).toContain("Copyright (c) Featstore contributors, The White House");
  expect(card).toContain('license: "other"');
  expect(parse(citation)).toMatchObject({ license: ["CC0-1.0", "MIT"] });
});

test("LICENSE has the address of a licence whose text is not at hand", () => {
  expect(texts(withLicence("LicenseRef-Ours")).LICENSE).toContain("LicenseRef-Ours");
  expect(texts(withLicence("EUPL-1.2")).LICENSE).toContain("https://spdx.org/licenses/EUPL-1.2.html");
});

test("a snapshot without rows, columns of values or Parquet has a card", () => {
  const empty = texts({ rows: 0, columns: manifest.columns.slice(0, 1), files: [], excluded: {}, splits: {} });
  expect(empty["README.md"]).toContain("0 rows");
});

test("the downloads so far stand last", () => {
  expect(cardWithDownloads("# Card\n\n- Cadence: never\n", 7).split("\n").at(-2)).toContain("7");
});
