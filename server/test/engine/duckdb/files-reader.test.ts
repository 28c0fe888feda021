import { expect, test } from "vitest";
import { createFilesReader } from "../../../src/engine/duckdb/files-reader";
import { openTestEngine } from "./support/test-engine";

test("gives the key of a row as it is, also if it begins with U+FEFF, and none if no row has a whole key", async () => {
  const own = await openTestEngine();
  try {
    await own.write(
      "lake/songs.parquet",
      "select null as id, 'a' as name union all select 1, null union all select 2, chr(65279) || 'b'",
    );
    const reader = createFilesReader("lake", own.engine.settings);
    const songs = { kind: "files", engine: "lake", path: "songs.parquet" } as const;
    expect(await reader.exampleKey(songs, ["id", "name"])).toEqual(["2", "\ufeffb"]);
    await own.write("lake/nobody.parquet", "select null::integer as id");
    expect(await reader.exampleKey({ ...songs, path: "nobody.parquet" }, ["id"])).toBeNull();
  } finally {
    await own.close();
  }
});
