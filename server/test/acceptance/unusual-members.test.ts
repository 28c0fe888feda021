import { randomBytes } from "node:crypto";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type Serving, startServing } from "./serving";

// Served and trained values are equal for a member that is newer than a view's generation, and for an empty text key.

const definitions = `import { coalesce, count, countDistinct, entity, featureService, featureView, int32, latest, source, string, sum } from "@featstore/definitions";
const words = source({ name: "words", table: "words", key: { word: string() }, history: "current", columns: { kind: string().nullable().static() } });
export const word = entity({ name: "word", key: { word: string() }, from: words });
const uses = source({
  name: "uses", table: "uses", key: { word: string() }, eventTime: "at", tieBreak: "id", history: "events",
  columns: { times: int32(), place: string().nullable() },
});
export const usage = featureView({
  name: "usage", version: 1, entity: word, from: uses,
  features: (use) => ({
    uses: count(),
    places: countDistinct(use.place),
    total: sum(use.times),
    sure: coalesce(sum(use.times), 0),
    is_used: count().gt(0),
    place: latest(use.place).default("nowhere"),
  }),
});
export const recent = featureView({
  name: "recent", version: 1, entity: word, from: uses,
  features: (use) => ({ place: latest(use.place) }),
});
export const lexicon = featureService({
  name: "lexicon", version: 1, features: [usage.pick("uses", "sure"), recent.pick("place")],
});
`;

const tables = `
create table words (word text primary key, kind text);
create table uses (id serial primary key, word text not null, times integer not null, place text, at timestamptz not null default now() - interval '1 hour');
insert into words values (''), ('a');
insert into uses (word, times, place) values ('', 2, 'x'), ('', 3, 'y'), ('a', 1, null)`;

const features = ["usage.uses", "usage.places", "usage.total", "usage.sure", "usage.is_used", "usage.place"];
const redisUrl = process.env.TEST_REDIS_URL;

for (const target of testDatabases("one")) {
  const stores = ["memory", "postgres", ...(target.kind === "pglite" || redisUrl === undefined ? [] : ["redis"])];
  describe.skipIf(target.skip)(`members on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    const servings = new Map<string, Serving>();
    let key = "";

    beforeAll(async () => {
      opened = target.kind === "pglite" ? undefined : await target.open();
      project = await createCliProject({
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        FEATSTORE_AUDIT_ONE_IN: "1",
        FEATSTORE_SCHEDULER: "off",
        ...(opened === undefined ? {} : { DATABASE_URL: opened.url }),
      });
      await project.write({ "definitions/index.ts": definitions });
      const { folder } = project;
      for (const store of stores) {
        const environment = {
          ...project.environment,
          FEATSTORE_ONLINE_STORE: store,
          ...(store === "redis"
            ? { REDIS_URL: redisUrl, FEATSTORE_REDIS_PREFIX: `test_${randomBytes(6).toString("hex")}` }
            : {}),
        };
        const [first] = servings.values();
        const database = target.kind === "pglite" && first !== undefined ? { database: first.deps.database } : {};
        servings.set(store, await startServing({ environment, folder, ...database }));
      }
      const run = async (...line: string[]) => {
        const { code, stdout, stderr } = await project.run(...line);
        expect(code, stdout + stderr).toBe(0);
      };
      const [first] = servings.values();
      await first?.deps.database.script(tables);
      await run("apply");
      await run("materialize");
      await first?.deps.database.script("insert into words values ('new')");
      await run("materialize", "recent");
      for (const { deps } of servings.values()) await deps.registry.refresh();
      const { document } = await project.json(
        "keys",
        "create",
        "--name",
        "test",
        "--scopes",
        "features:read,training:read,training:write",
      );
      key = (document as { key: string }).key;
    });
    afterAll(async () => {
      for (const serving of [...servings.values()].reverse()) await serving.close();
      await opened?.drop();
      await project?.remove();
    });

    const expected = {
      "": [2, 2, "5", "5", true, "y"],
      a: [1, 0, "1", "1", true, "nowhere"],
      new: [0, 0, null, "0", false, "nowhere"],
    };

    describe.each(stores)("from %s", (store) => {
      const serving = (): Serving => {
        const found = servings.get(store);
        if (found === undefined) throw new Error("not started");
        return found;
      };

      test("a batch has the empty text's row, and counts of 0 for a member that is not in the generation", async () => {
        const body = { ids: ["", "a", "new", "other"], features: [...features, "recent.place"] };
        const { body: answer } = await serving().post("/api/features/batch", key, body);
        expect(answer).toMatchObject({
          rows: [
            [...expected[""], "y"],
            [...expected.a, null],
            [...expected.new, null],
            [null, null, null, null, null, "nowhere", null],
          ],
          status: ["complete", "complete", "missing", "unknown_entity"],
        });
      });

      test("an Arrow batch has the same values", async () => {
        const response = await fetch(`${serving().url}/api/features/batch`, {
          method: "POST",
          headers: {
            authorization: `Bearer ${key}`,
            "content-type": "application/json",
            accept: "application/vnd.apache.arrow.stream",
          },
          body: JSON.stringify({ ids: ["", "new"], features: ["usage.uses", "usage.is_used", "recent.place"] }),
        });
        const rows = tableFromIPC(new Uint8Array(await response.arrayBuffer())).toArray();
        expect(rows.map((row) => row?.toJSON())).toMatchObject([
          { word: "", "usage.uses": 2, "usage.is_used": true, "recent.place": "y", status: "complete" },
          { word: "new", "usage.uses": 0, "usage.is_used": false, "recent.place": null, status: "missing" },
        ]);
      });

      test("single reads and services have the same values", async () => {
        const { body } = await serving().get("/api/features/new?features=usage,recent&entity=word", key);
        const [uses, places, total, sure, is_used, place] = expected.new;
        expect(body).toMatchObject({
          features: { usage: { uses, places, total, sure, is_used, place }, recent: { place: null } },
          status: "missing",
        });
        const { body: served } = await serving().get("/api/features/new?service=lexicon", key);
        expect(served).toMatchObject({ features: { usage: { uses: 0, sure: "0" } }, status: "missing" });
        expect((await serving().get("/api/features/?features=usage", key)).body).toMatchObject({ code: "id_empty" });
      });
    });

    test("a training set of now has the same values", async () => {
      const [serving] = servings.values();
      if (serving === undefined) throw new Error("not started");
      const as_of = new Date(Date.now() - 1000).toISOString();
      const words = Object.keys(expected);
      const request = { format: "jsonl", features, rows: words.map((word) => ({ word, as_of })) };
      const { body } = await serving.post("/api/training-sets", key, request);
      const { id } = body as { id: string };
      await expect
        .poll(async () => (await serving.get(`/api/training-sets/${id}`, key)).body, { timeout: 60_000 })
        .toMatchObject({ state: "finished" });
      const data = await fetch(`${serving.url}/api/training-sets/${id}/data`, { headers: { "x-api-key": key } });
      const rows = (await data.text()).trim().split("\n");
      expect(
        rows.map((row) => JSON.parse(row) as Record<string, unknown>).map((row) => features.map((name) => row[name])),
      ).toEqual(Object.values(expected));
    });

    test("the audit finds no difference", async () => {
      for (const { deps } of servings.values()) await deps.answerSampler?.flush();
      const { code, document } = await project.json("audit");
      expect(document).toMatchObject({ faults: 0 });
      expect((document as { answers: number }).answers).toBeGreaterThan(0);
      expect(code).toBe(0);
    });
  });
}
