import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type Serving, startServing } from "./serving";

// A freshness promise: new rows are online in time, and a violation is reported.

const definitions = `import { count, entity, featureView, int64, latest, minutes, source, string } from "@featstore/definitions";
const plays = source({
  name: "plays", table: "plays", key: { track_id: int64() }, eventTime: "at", tieBreak: "id", history: "events",
  columns: { device: string().nullable() },
});
export const track = entity({ name: "track", key: { track_id: int64() } });
export const listening = featureView({
  name: "listening", version: 1, entity: track, from: plays, owner: "me", description: "Listening", freshness: minutes(5),
  features: (p) => ({ plays: count().describe("Plays"), device: latest(p.device).describe("Last device") }),
});
`;

const tables = `
create table plays (id serial primary key, track_id integer, device text, at timestamptz not null default now() - interval '1 hour');
insert into plays (track_id, device) values (1, 'phone'), (1, 'web'), (2, null)`;

const SECOND = 1_000_000;

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`freshness on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    let serving: Serving;
    let key = "";
    // The database's clock cannot be changed, so the server's clock runs ahead of it until a run starts.
    let ahead = 0;

    beforeAll(async () => {
      opened = target.kind === "pglite" ? undefined : await target.open();
      project = await createCliProject({
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        ...(opened === undefined ? {} : { DATABASE_URL: opened.url }),
      });
      await project.write({ "definitions/index.ts": definitions });
      const clock = () => Date.now() * 1000 + ahead;
      serving = await startServing({ environment: project.environment, folder: project.folder, clock });
      await serving.deps.database.script(tables);
      const created = await project.json("keys", "create", "--name", "test");
      key = (created.document as { key: string }).key;
      const applied = await project.run("apply");
      expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    });
    afterAll(async () => {
      await serving?.close();
      await opened?.drop();
      await project?.remove();
    });

    const passes = async (seconds: number) => {
      ahead = seconds * SECOND;
      await serving.deps.scheduler?.tick();
      ahead = 0;
      await serving.deps.scheduler?.idle();
      await serving.deps.registry.refresh();
    };
    const healthAt = async (seconds: number) => {
      ahead = seconds * SECOND;
      const [health, metrics] = await Promise.all([
        fetch(`${serving.url}/health`).then((response) => response.json()),
        fetch(`${serving.url}/metrics`).then((response) => response.text()),
      ]);
      ahead = 0;
      return { health: health as { status: string; checks: Record<string, unknown> }, metrics };
    };
    const generation = async () => {
      const { body } = await serving.get("/api/runs?limit=1", key);
      return (body as { runs: readonly Record<string, unknown>[] }).runs[0];
    };

    test("the first generation is created automatically, and a new track is online within the promise", async () => {
      await passes(151);
      expect(await serving.get("/api/features/1", key)).toMatchObject({
        body: { status: "complete", features: { listening: { plays: 2, device: "web" } } },
      });
      expect(await serving.get("/api/features/4711", key)).toMatchObject({ body: { status: "unknown_entity" } });
      await serving.deps.database.script("insert into plays (track_id, device) values (4711, 'radio')");
      await passes(151);
      expect(await serving.get("/api/features/4711", key)).toMatchObject({
        body: { status: "complete", features: { listening: { plays: 1, device: "radio" } } },
      });
      expect(await generation()).toMatchObject({
        view: "listening",
        state: "published",
        why_full: null,
        kind: "incremental",
        recomputed: expect.any(Number),
        rows: 3,
        failure: null,
      });
    });

    test("the nightly reconciling run finds deleted rows and reports its repairs", async () => {
      await serving.deps.database.script("delete from plays where track_id = 2");
      await passes(151);
      expect(await serving.get("/api/features/2", key)).toMatchObject({ body: { status: "complete" } });
      await passes(25 * 3600);
      expect(await generation()).toMatchObject({
        state: "published",
        kind: "full",
        why_full: null,
        repaired: 1,
        rows: 2,
      });
      expect(await serving.get("/api/features/2", key)).toMatchObject({ body: { status: "unknown_entity" } });
      // Only once: the next run is incremental again.
      await passes(151);
      expect(await generation()).toMatchObject({ state: "published", kind: "incremental", repaired: null });
    });

    test("status, health and metrics report the age and a broken promise", async () => {
      const { code, document } = await project.json("status");
      expect([code, document]).toMatchObject([
        0,
        {
          leader: { pid: process.pid },
          views: [
            { view: "listening", freshness_seconds: 300, stale: false, failures: 0, next_run: { reason: "freshness" } },
          ],
        },
      ]);
      const fresh = await healthAt(0);
      expect(fresh.health).toMatchObject({ status: "ok", checks: { freshness: { ok: true } } });
      expect(fresh.metrics).toContain('featstore_view_stale{view="listening",version="1"} 0');
      expect(fresh.metrics).toContain('featstore_schedule_lag_seconds{view="listening",version="1"} 0');
      expect(fresh.metrics).toContain("featstore_scheduler_is_leader 1");
      const late = await healthAt(3600);
      expect(late.health).toMatchObject({
        status: "degraded",
        checks: {
          freshness: { ok: false, detail: expect.stringMatching(/^listening@1 .* 36\d\d s .* 300 s$/) },
        },
      });
      expect(late.metrics).toContain('featstore_view_stale{view="listening",version="1"} 1');
      expect(late.metrics).toMatch(/featstore_view_age_seconds\{view="listening",version="1"\} 36\d\d/);
    });

    test("a dropped or retyped table fails the run with a code, and the old values are still served", async () => {
      const { database } = serving.deps;
      await database.script("alter table plays rename to played");
      await passes(151);
      expect(await generation()).toMatchObject({ state: "failed", failure: { code: "source_missing" } });
      expect((await healthAt(0)).metrics).toContain('code="source_missing"} 1');
      const failed = await project.run("status");
      expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining("source_missing")]);
      const listed = await project.run("runs", "listening@1", "--state", "failed");
      expect(listed.stdout).toContain("source_missing");
      // The pause is a minute.
      await database.script(
        "alter table played rename to plays; alter table plays alter column at type text using at::text",
      );
      await passes(59);
      await passes(61);
      expect(await generation()).toMatchObject({ state: "failed", failure: { code: "source_changed" } });
      expect(await serving.get("/api/features/4711", key)).toMatchObject({ body: { status: "complete" } });
      await database.script("alter table plays alter column at type timestamptz using at::timestamptz");
      await passes(121);
      expect(await generation()).toMatchObject({ state: "published" });
      expect((await project.run("status")).code).toBe(0);
    });

    test("a schedule in the registry that cannot be read is reported", async () => {
      const { database, registry } = serving.deps;
      await database.script(
        `update featstore.feature_views set definition = definition || '{"schedule": {"cron": "often", "zone": "UTC"}}';
         select featstore.next_revision()`,
      );
      await registry.refresh();
      expect((await healthAt(0)).health).toMatchObject({
        status: "degraded",
        checks: { freshness: { ok: false, detail: expect.stringMatching(/^listening@1 .*schedule/) } },
      });
      const { code, document } = await project.json("status");
      expect([code, document]).toMatchObject([
        1,
        { views: [{ next_run: null, schedule_fault: expect.stringContaining("often") }] },
      ]);
      expect(await serving.get("/api/features/1", key)).toMatchObject({ body: { status: "complete" } });
    });
  });
}
