import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { definitionFiles, definitionTestFiles } from "../../../src/cli/kit/definition-files";
import { loadDefinitions } from "../../../src/cli/kit/load-definitions";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "featstore-load-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

const songs = `import { count, entity, featureView, int64, source, string } from "@featstore/definitions";
interface Unused { readonly a: string }
const plays = source({ name: "plays", table: "plays", key: { song_id: int64() }, eventTime: "at", history: "events", columns: { who: string() } });
export const song = entity({ name: "song", key: { song_id: int64() } });
export const listening = featureView({ name: "listening", version: 1, entity: song, from: plays, features: () => ({ plays: count() }) });
`;

describe("loadDefinitions", () => {
  test("loads TypeScript and knows the file of each definition behind an index", async () => {
    await write({ "definitions/songs.ts": songs, "definitions/index.ts": `export * from "./songs";\n` });
    const loaded = await loadDefinitions("definitions", folder);
    expect(loaded.faults).toEqual([]);
    expect(loaded.files).toEqual(["definitions/index.ts"]);
    expect(loaded.definitions.featureViews.map((view) => view.name)).toEqual(["listening"]);
    expect(loaded.fileOf.get("listening@1")).toBe("definitions/songs.ts");
  });

  test("sees edits since the last load", async () => {
    await write({ "definitions/index.ts": songs });
    await loadDefinitions("definitions", folder);
    await write({ "definitions/index.ts": songs.replace("version: 1", "version: 2") });
    const loaded = await loadDefinitions("definitions", folder);
    expect(loaded.definitions.featureViews.map((view) => view.version)).toEqual([2]);
  });

  test("reports every file that cannot be loaded with its path, and loads the others", async () => {
    await write({
      "d/a-good.ts": songs,
      "d/b-syntax.ts": "const a = 1;\nconst b = = 2;\n",
      "d/c-import.ts": `const a = 1;\nimport { z } from "./nowhere";\nexport const k = z;\n`,
      "d/d-throws.ts": `interface A { b: string }\n\nexport const k = boom();\nfunction boom(): A {\n  throw new Error("no luck");\n}\n`,
    });
    const loaded = await loadDefinitions("d/*.ts", folder);
    expect(loaded.definitions.featureViews).toHaveLength(1);
    expect(loaded.faults.map(({ code, file, line }) => ({ code, file, line }))).toEqual([
      { code: "definition_syntax", file: "d/b-syntax.ts", line: 2 },
      { code: "definition_import", file: "d/c-import.ts", line: 2 },
      { code: "definition_threw", file: "d/d-throws.ts", line: 5 },
    ]);
    expect(loaded.faults[2]?.message).toBe("no luck");
  });

  test("reports a folder without definitions", async () => {
    expect((await loadDefinitions("definitions", folder)).faults).toMatchObject([{ code: "definitions_not_found" }]);
  });
});

describe("definition files", () => {
  test("takes the TypeScript files of a folder without an index, except tests", async () => {
    await write({
      "d/b.ts": "",
      "d/a.ts": "",
      "d/a.test.ts": "",
      "d/note.md": "",
      "d/types.d.ts": "",
      "d/deep/c.ts": "",
    });
    const names = (await definitionFiles("d", folder)).map((file) => file.slice(folder.length + 1));
    expect(names).toEqual(["d/a.ts", "d/b.ts", "d/deep/c.ts"]);
    expect(await definitionTestFiles("d", folder)).toEqual([join(folder, "d/a.test.ts")]);
  });

  test("expands glob patterns", async () => {
    await write({ "d/b.ts": "", "d/deep/c.ts": "", "d/deep/x.mts": "", "d/deep/c.test.ts": "", "e+f/c.ts": "" });
    const of = async (glob: string) =>
      (await definitionFiles(glob, folder)).map((file) => file.slice(folder.length + 1));
    expect(await of("d/*.ts")).toEqual(["d/b.ts"]);
    expect(await of("./d/**/*.{ts,mts}")).toEqual(["d/b.ts", "d/deep/c.ts", "d/deep/x.mts"]);
    expect(await of("**/c.ts")).toEqual(["d/deep/c.ts", "e+f/c.ts"]);
    expect(await of("e+f/?.ts")).toEqual(["e+f/c.ts"]);
    expect(await of(`${folder}/**/x.mts`)).toEqual(["d/deep/x.mts"]);
    expect(await of("absent/*.ts")).toEqual([]);
    expect(await definitionTestFiles("d/**/*.ts", folder)).toEqual([join(folder, "d/deep/c.test.ts")]);
  });

  test("sorts by code unit, and takes the folder before the first wildcard literally", async () => {
    const start = "my (old) [set]";
    await write({ [`${start}/b.ts`]: "", [`${start}/B.ts`]: "", [`${start}/a-1/z.ts`]: "", [`${start}/a/z.ts`]: "" });
    const expected = ["B.ts", "a-1/z.ts", "a/z.ts", "b.ts"].map((name) => join(folder, start, name));
    expect(await definitionFiles(start, folder)).toEqual(expected);
    expect(await definitionFiles(`${start}/**/*.ts`, folder)).toEqual(expected);
    expect(await definitionFiles(`../${start}/**/*.ts`, join(folder, start))).toEqual(expected);
  });

  test("skips hidden folders and installed packages unless the pattern begins with them", async () => {
    await write({ "d/a.ts": "", "d/.hidden.ts": "", "d/.cache/b.ts": "", "d/node_modules/p/c.ts": "" });
    const visible = [join(folder, "d/.hidden.ts"), join(folder, "d/a.ts")];
    expect(await definitionFiles("d", folder)).toEqual(visible);
    expect(await definitionFiles("d/**/*.ts", folder)).toEqual(visible);
    expect(await definitionFiles("d/*/*.ts", folder)).toEqual([]);
    expect(await definitionFiles("d/.cache/*.ts", folder)).toEqual([join(folder, "d/.cache/b.ts")]);
    expect(await definitionFiles("d/node_modules/p/*.ts", folder)).toEqual([join(folder, "d/node_modules/p/c.ts")]);
  });
});
