import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type Serving, startServing } from "./serving";

// Data quality: profiles, drift between runs, a run stopped by a contract, and a forced run.

const definitions = `import { avg, count, entity, featureView, float64, int64, latest, source, string } from "@featstore/definitions";
const common = {
  table: "listens", key: { song_id: int64() }, eventTime: { column: "at", zone: "UTC" }, tieBreak: "id", history: "events",
  columns: { seconds: float64().nullable(), device: string().nullable() },
} as const;
export const listens = source({ name: "listens", ...common });
export const own = source({ name: "own_listens", tenant: "tenant_id", ...common });
export const song = entity({ name: "song", key: { song_id: int64() } });
export const listening = featureView({
  name: "listening", version: 1, entity: song, from: listens, owner: "me", description: "Listening",
  features: (l) => ({
    listens: count().describe("Listens"),
    seconds: avg(l.seconds).describe("Mean seconds").between(0, 600),
    device: latest(l.device).describe("Last device").oneOf("phone", "web").maxNullFraction(0.5),
  }),
});
export const ownListening = featureView({
  name: "own_listening", version: 1, entity: song, from: own, owner: "me", description: "Listening of a tenant",
  features: (l) => ({ device: latest(l.device).describe("Last device") }),
});
`;

const tables = `
create table listens (id integer primary key, tenant_id text, song_id integer, seconds float8, device text, at timestamp not null);
insert into listens
  select i, case when i % 2 = 0 then 'acme' else 'other' end, i % 200, i % 200, case i % 4 when 0 then null when 1 then 'web' else 'phone' end,
    '2026-01-01'::timestamp + i * interval '1 minute'
  from generate_series(1, 400) as i`;

interface FeatureDrift {
  readonly feature: string;
  readonly exceeded: readonly string[];
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`quality on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    let database: Database;
    let serving: Serving;
    const keys = new Map<string, string>();

    beforeAll(async () => {
      opened = target.kind === "pglite" ? undefined : await target.open();
      project = await createCliProject({
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        ...(opened === undefined ? {} : { DATABASE_URL: opened.url }),
      });
      await project.write({ "definitions/index.ts": definitions });
      serving = await startServing({ environment: project.environment, folder: project.folder });
      database = serving.deps.database;
      await database.script(tables);
      for (const tenant of ["", "acme", "other"]) {
        const { document } = await project.json(
          ...["keys", "create", "--name", "test", ...(tenant === "" ? [] : [`--tenant=${tenant}`])],
        );
        keys.set(tenant, (document as { key: string }).key);
      }
      for (const command of ["apply", "materialize"]) {
        const { code, stdout } = await project.run(command);
        expect(code, stdout).toBe(0);
      }
    });
    afterAll(async () => {
      await serving?.close();
      await opened?.drop();
      await project?.remove();
    });

    const profileOf = async (path: string, tenant = "") => {
      await serving.deps.registry.refresh();
      return serving.get(`/api/feature-views/${path}`, keys.get(tenant) ?? "");
    };
    const exceededOf = (document: unknown) =>
      Object.fromEntries(
        (document as { features: readonly FeatureDrift[] }).features.map(({ feature, exceeded }) => [
          feature,
          exceeded,
        ]),
      );

    test("every generation has a profile, in the terminal and over the API", async () => {
      const reported = await project.json("profile", "listening");
      expect(reported).toMatchObject({
        code: 0,
        document: {
          view: "listening",
          version: 1,
          generation: 1,
          rows: 200,
          scopes: null,
          features: {
            seconds: { nulls: 0, distinct: 200, minimum: 0, maximum: 199, mean: 99.5, quantiles: { p50: 99 } },
            listens: { distinct: 1, deviation: 0 },
            device: {
              nulls: 50,
              null_fraction: 0.25,
              top_values: [
                { value: "phone", rows: 100 },
                { value: "web", rows: 50 },
              ],
            },
          },
        },
      });
      expect(await profileOf("listening/profile")).toEqual({ status: 200, body: reported.document });
      expect(await profileOf("listening/profile", "acme")).toMatchObject({ status: 200 });
      const { stdout } = await project.run("profile", "listening@1", "--generation", "1");
      expect(stdout).toMatch(/^seconds {2}float64 +0\.0 % +200 +0 +9 +99 +189 +199 +99\.5/m);
      expect(stdout).toContain('device: "phone" 100, "web" 50');
      expect(await project.run("profile", "listening", "--generation", "7")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("profile_not_found"),
      });
    });

    test("a tenant reads the profile of only its own rows", async () => {
      for (const tenant of ["acme", "other"]) {
        const { status, body } = await profileOf("own_listening/profile", tenant);
        expect(status).toBe(200);
        expect(body).toMatchObject({ tenant, rows: 100, scopes: null, drift: [] });
        const [row] = await database.query<{ nulls: number }>({
          text: "select (count(*) - count(device))::integer as nulls from features.own_listening_v1 where _tenant = $1::text",
          parameters: [tenant],
        });
        expect(body).toMatchObject({ features: { device: { nulls: row?.nulls } } });
      }
      expect(await profileOf("own_listening/profile")).toMatchObject({
        status: 200,
        body: {
          rows: 200,
          scopes: {
            count: 2,
            largest: [
              { tenant: "acme", rows: 100 },
              { tenant: "other", rows: 100 },
            ],
          },
        },
      });
    });

    test("featstore profile computes a profile that a dead run left out", async () => {
      await database.query({ text: "delete from featstore.profiles where view = 'own_listening'" });
      expect(await profileOf("own_listening/profile")).toMatchObject({
        status: 404,
        body: { code: "profile_not_found" },
      });
      expect(await project.json("profile", "own_listening")).toMatchObject({ code: 0, document: { rows: 200 } });
      expect(await profileOf("own_listening/profile")).toMatchObject({ status: 200 });
    });

    test("reports drift between runs and against any baseline, with a project's thresholds", async () => {
      expect(await project.run("drift", "listening")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("baseline_missing"),
      });
      await project.run("materialize", "listening");
      const none = await project.json("drift", "listening");
      expect(none).toMatchObject({ code: 0, document: { baseline: { generation: 1 }, current: { generation: 2 } } });
      expect(exceededOf(none.document)).toEqual({ device: [], listens: [], seconds: [] });

      await database.script(
        "update listens set seconds = seconds * 2, device = case when device = 'web' then null else device end",
      );
      await project.run("materialize", "listening");
      const moved = await project.json("drift", "listening");
      expect(moved.code).toBe(1);
      expect(exceededOf(moved.document)).toEqual({
        device: ["psi", "jensen_shannon", "null_shift"],
        listens: [],
        seconds: ["psi", "jensen_shannon", "kolmogorov_smirnov"],
      });
      const reported = await project.run("drift", "listening", "--baseline", "1");
      expect(reported.code).toBe(1);
      expect(reported.stdout).toMatch(/\bgeneration 3 \(200 rows/);
      expect(reported.stdout).toMatch(/^seconds .*drift: psi, jensen_shannon, kolmogorov_smirnov$/m);
      expect(await project.run("drift", "listening", "--generation", "2", "--baseline", "1")).toMatchObject({
        code: 0,
      });

      expect(await project.json("drift", "listening", "--against", "baseline")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("baseline_missing"),
      });
      expect(await project.json("drift", "listening", "--set-baseline", "--generation", "1")).toMatchObject({
        code: 0,
        document: { baseline: 1 },
      });
      const chosen = await project.json("drift", "listening", "--against", "baseline");
      expect(chosen).toMatchObject({ code: 1, document: { against: "baseline", baseline: { generation: 1 } } });
      expect(await profileOf("listening/drift?against=baseline")).toEqual({ status: 200, body: chosen.document });
      expect(await profileOf("listening/drift")).toEqual({ status: 200, body: moved.document });
      // Every run is compared with the previous generation and with the baseline.
      expect(await profileOf("listening/profile")).toMatchObject({
        body: {
          generation: 3,
          drift: [{ against: "previous", baseline: 2, features: (moved.document as { features: unknown }).features }],
        },
      });
      await project.run("materialize", "listening");
      expect(await profileOf("listening/profile", "acme")).toMatchObject({
        body: {
          generation: 4,
          drift: [
            { against: "previous", baseline: 3 },
            { against: "baseline", baseline: 1, features: (chosen.document as { features: unknown }).features },
          ],
        },
      });
      for (const line of [
        ["--set-baseline", "--against", "baseline"],
        ["--against", "today"],
        ["--against", "previous", "--baseline", "1"],
      ])
        expect(await project.run("drift", "listening", ...line)).toMatchObject({ code: 2 });
      const tenants = await profileOf("own_listening/drift", "acme");
      expect(tenants).toMatchObject({ status: 404, body: { code: "baseline_missing" } });
      await project.run("materialize", "own_listening");
      expect(await profileOf("own_listening/drift", "acme")).toMatchObject({
        status: 200,
        body: { tenant: "acme", baseline: { rows: 100 }, current: { rows: 100 } },
      });

      const generous = "{ psi: 100, jensen_shannon: 1, kolmogorov_smirnov: 1, null_shift: 1 }";
      await project.write({
        "featstore.config.yaml": `drift: { features: { listening.seconds: ${generous}, listening.device: ${generous} } }\n`,
      });
      expect(await project.run("drift", "listening", "--baseline", "1")).toMatchObject({ code: 0 });
      await project.write({ "featstore.config.yaml": "drift: { features: { seconds: { psi: 0 } } }\n" });
      expect(await project.run("drift", "listening")).toMatchObject({
        code: 3,
        stderr: expect.stringContaining("drift.features.seconds"),
      });
      await project.write({ "featstore.config.yaml": "" });
    });

    test("a broken contract stops the run; --force with a reason publishes it", async () => {
      await database.script(
        "update listens set seconds = 700 where song_id = 7; update listens set device = 'tv' where song_id = 8",
      );
      const { code, document, stderr } = await project.json("materialize", "listening");
      expect([code, stderr]).toEqual([1, expect.stringContaining("listening@1 failed")]);
      expect(document).toMatchObject({
        views: [
          {
            state: "failed",
            generation: 5,
            broken_contracts: [
              { feature: "device", rule: "oneOf", rows: 1, examples: [{ key: { song_id: 8 }, value: "tv" }] },
              { feature: "seconds", rule: "between", rows: 1, examples: [{ key: { song_id: 7 }, value: "700" }] },
            ],
            failure: { code: "contract_broken", message: expect.stringContaining('song_id 7 has "700"') },
          },
        ],
      });
      expect(await serving.get("/health", "")).toMatchObject({
        body: {
          status: "degraded",
          checks: { materialization: { ok: false, detail: expect.stringContaining("listening@1 (contract_broken)") } },
        },
      });
      expect((await serving.deps.exposition()).body).toContain(
        'featstore_last_run_failed{view="listening",version="1",code="contract_broken"} 1',
      );
      // The rejected generation can be inspected but is not served.
      expect(await project.json("profile", "listening", "--generation", "5")).toMatchObject({
        code: 0,
        document: { published_at: null, features: { seconds: { maximum: 700 } } },
      });
      expect(await profileOf("listening/profile")).toMatchObject({ body: { generation: 4 } });
      expect(await project.json("get", "song", "7", "--features", "listening.seconds")).toMatchObject({
        document: { rows: [[14]] },
      });

      for (const line of [["--force"], ["--force", "--reason", " "], ["--reason", "x"]]) {
        expect(await project.run("materialize", "listening", ...line)).toMatchObject({
          code: 2,
          stderr: expect.stringContaining("reason_required"),
        });
      }
      const forced = await project.run("materialize", "listening", "--force", "--reason", "A new device");
      expect(forced).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("warning: contract_broken: listening@1 "),
      });
      expect(await project.json("get", "song", "7", "--features", "listening.seconds")).toMatchObject({
        document: { rows: [[700]] },
      });
      const [run] = await database.query({
        text: "select forced_because as reason from featstore.runs order by run_id desc limit 1",
      });
      expect(run).toEqual({ reason: "A new device" });
      const { stdout } = await project.run("history", "listening", "--limit", "1");
      expect(stdout).toMatch(/ run \d+, .*: A new device\n {2}listening@1: generation 6 /);
      expect((await serving.deps.exposition()).body).not.toContain("featstore_last_run_failed{");
    });
  });
}
