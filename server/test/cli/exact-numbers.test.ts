import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliProject, createCliProject } from "./cli";

const numbers = '{"id": 9007199254740993, "large": 1e400, "fine": 0.10000000000000000000001}';

const definitions = `import { entity, featureView, int64, json, latest, source } from "@featstore/definitions";
const songs = source({
  name: "songs", table: "songs", key: { song_id: int64().from("id") }, eventTime: "created_at", tieBreak: "id",
  history: "current", columns: { extra: json().nullable() },
});
export const song = entity({ name: "song", key: { song_id: int64() }, from: songs });
export const songExtra = featureView({
  name: "song_extra", version: 1, entity: song, from: songs, owner: "me", description: "Songs",
  features: (s) => ({ extra: latest(s.extra).describe("What the provider sent") }),
});
`;

let project: CliProject;

beforeAll(async () => {
  project = await createCliProject();
  const database = await project.open();
  await database.script(`
    create table songs (id integer primary key, extra json, created_at timestamptz not null);
    insert into songs values (1, '${numbers}', '2026-01-01 10:00Z')`);
  await project.write({ "definitions/index.ts": definitions });
  for (const command of ["apply", "materialize"]) expect(await project.run(command)).toMatchObject({ code: 0 });
});
afterAll(() => project?.remove());

const digits = ["9007199254740993", "0.10000000000000000000001"];

test.each([[[]], [["--json"]]])("get keeps every digit of numbers inside json, with %j", async (options) => {
  const { code, stdout } = await project.run("get", "song", "1", "--features", "song_extra", ...options);
  expect(code).toBe(0);
  // The table shows the beginning of a long value.
  for (const text of options.length === 0 ? digits.slice(0, 1) : digits) expect(stdout).toContain(text);
  expect(stdout).not.toContain("Infinity");
  expect(stdout).not.toContain('"large":null');
});
