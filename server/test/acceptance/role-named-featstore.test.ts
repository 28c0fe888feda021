import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asciiCharacters, escapes } from "../../../feature-definitions/test/compile/support/arbitrary-texts";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { type CliProject, createCliProject } from "../cli/cli";
import { testDatabases } from "../helpers/test-database";
import { compareWithTables } from "./served-differences";
import { type ServerProcess, startServerProcess } from "./server-process";

// With a role of this name, the default search path begins with our schema: "$user" is featstore. docker-compose.yml has it.

const definitions = `
import { count, entity, featureService, featureView, float64, int64, json, latest, source, string, stringArray, timestamp } from "@featstore/definitions";
const songs = source({
  name: "songs", table: "public.songs", key: { song_id: int64() }, eventTime: "created_at", tieBreak: "id", history: "events",
  columns: {
    title: string().nullable(), tags: stringArray().nullable(), score: float64().nullable(), extra: json().nullable(),
    released_at: timestamp().nullable(),
  },
});
export const song = entity({ name: "song", key: { song_id: int64() } });
export const songProfile = featureView({
  name: "song_profile", version: 1, entity: song, from: songs, owner: "me", description: "Songs",
  features: (s) => ({
    plays: count().describe("Rows"),
    title: latest(s.title).describe("Title"),
    tags: latest(s.tags).describe("Tags"),
    score: latest(s.score).describe("Score"),
    extra: latest(s.extra).describe("Extra"),
    released_at: latest(s.released_at).describe("Release"),
  }),
});
export const shelf = featureService({ name: "shelf", version: 1, features: [songProfile.all()] });
`;

const KEY_SECRET = createHash("sha256").update("secret").digest("hex");
const titles = ["Anthem", "", ...asciiCharacters, ...escapes];
const expected = titles.map((title, index) => ({
  plays: 1,
  title,
  tags: [title, "x"],
  score: index / 4,
  extra: { a: [title] },
  released_at: "2026-01-01T00:00:00.000000Z",
}));

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`a role and a database named featstore on ${target.name}`, { timeout: 120_000 }, () => {
    const administratorUrl = process.env.TEST_DATABASE_URL ?? "";
    // `npm run test:surroundings` connects as a role of this name anyway.
    const isOwnRole = new URL(administratorUrl || "postgres://none").username === "featstore";
    const url = Object.assign(new URL(administratorUrl || "postgres://none"), {
      username: "featstore",
      ...(isOwnRole ? {} : { password: "featstore" }),
      pathname: "/featstore",
    }).href;
    const administer = async (...texts: readonly string[]) => {
      const database = createPostgresDatabase({ url: administratorUrl, poolSize: 1 });
      for (const text of texts) await database.query({ text });
      await database.close();
    };
    const removeDatabase = "drop database if exists featstore with (force)";
    const remove = isOwnRole ? [removeDatabase] : [removeDatabase, "drop role if exists featstore"];
    let project: CliProject;
    let server: ServerProcess;
    let key: string;

    beforeAll(async () => {
      await administer(
        ...remove,
        ...(isOwnRole ? [] : ["create role featstore login password 'featstore'"]),
        "create database featstore owner featstore",
      );
      const tables = createPostgresDatabase({ url, poolSize: 1 });
      await tables.script(`
        create table public.songs (id bigint primary key, song_id bigint not null, title text, tags text[], score float8, extra jsonb,
          released_at timestamptz, created_at timestamptz not null);
        insert into public.songs
          select position, position, title, array[title, 'x'], (position - 1) / 4.0, jsonb_build_object('a', jsonb_build_array(title)),
            '2026-01-01Z', '2026-01-02Z'
          from unnest(array[${titles.map((title) => `'${title.replaceAll("'", "''")}'`).join(", ")}]) with ordinality as t (title, position)`);
      await tables.close();
      project = await createCliProject({
        DATABASE_URL: url,
        FEATSTORE_KEY_SECRET: KEY_SECRET,
      });
      await project.write({ "definitions/index.ts": definitions });
      for (const command of ["apply", "materialize"]) expect(await project.run(command)).toMatchObject({ code: 0 });
      const { document } = await project.json("keys", "create", "--name", "test", "--scopes", "features:read");
      key = (document as { key: string }).key;
      server = await startServerProcess(project.folder, url, {
        FEATSTORE_KEY_SECRET: KEY_SECRET,
      });
    });
    afterAll(async () => {
      await server?.end("SIGTERM");
      await project?.remove();
      await administer(...remove);
    });

    test("the server returns every value of the table", async () => {
      for (const [index, features] of expected.entries()) {
        const response = await fetch(`${server.url}/api/features/${index + 1}?service=shelf`, {
          headers: { "x-api-key": key },
        });
        expect(await response.json()).toMatchObject({ features: { song_profile: features } });
      }
    });

    test("get returns every value of the table", async () => {
      const ids = expected.map((_, index) => String(index + 1));
      const { document } = await project.json("get", "song", ...ids, "--service", "shelf");
      const { columns, rows } = document as { columns: string[]; rows: unknown[][] };
      const read = rows.map((row) =>
        Object.fromEntries(columns.map((name, index) => [name.replace("song_profile.", ""), row[index]])),
      );
      expect(read).toEqual(expected);
    });

    test("a training set has every value of the table", async () => {
      const spine = expected.map((_, index) => `${index + 1},2026-06-01T00:00:00Z`);
      await project.write({ "spine.csv": `song_id,as_of\n${spine.join("\n")}\n` });
      const outcome = await project.run(
        "training-set",
        "--service",
        "shelf",
        "--spine",
        "spine.csv",
        "--out",
        "made.jsonl",
      );
      expect(outcome).toMatchObject({ code: 0 });

      const lines = (await readFile(join(project.folder, "made.jsonl"), "utf8")).trim().split("\n");
      const made = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      for (const [index, features] of expected.entries())
        for (const [name, value] of Object.entries(features))
          expect([name, made[index]?.[`song_profile.${name}`]]).toEqual([name, value]);
    });

    test("every feature of every row of the sample is served as its table has it", async () => {
      await server.end("SIGTERM");
      await administer(removeDatabase, "create database featstore owner featstore");
      const administrator = createPostgresDatabase({
        url: Object.assign(new URL(administratorUrl), { pathname: "/featstore" }).href,
        poolSize: 1,
      });
      await administrator.query({ text: "create extension vector" });
      await administrator.close();
      const { document } = await project.json("sample", "load", "--publish");
      server = await startServerProcess(project.folder, url, { FEATSTORE_KEY_SECRET: KEY_SECRET });
      const { key: sampleKey } = document as { key: string };
      const { values, differences } = await compareWithTables({ url: server.url, key: sampleKey, databaseUrl: url });
      expect(differences).toEqual([]);
      expect(values).toBeGreaterThan(6_000);
    });
  });
}
