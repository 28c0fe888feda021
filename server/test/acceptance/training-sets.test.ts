import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { readParquet } from "parquet-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrainingManifest } from "../../src/training-sets/output/training-manifest";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { handWrittenViews } from "./adopted/hand-written-sql";
import { type Serving, startServing } from "./serving";

// The shipped definitions over generated rows: a training set equals hand-written SQL at each row's time, over HTTP and from
// the CLI.

const definitions = fileURLToPath(new URL("../../../feature-definitions/definitions/index.ts", import.meta.url));
const UNTIL = "2026-01-01T00:00:00Z";
const PAIRS = 200;

interface Line {
  readonly track_id: string;
  readonly as_of: string;
  readonly [column: string]: unknown;
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`training sets of generated rows on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    let serving: Serving;
    let base: string;
    let key: string;
    let spine: string;

    beforeAll(async () => {
      // PGlite as users run it: in a server, with the CLI on its socket.
      opened = target.kind === "pglite" ? undefined : await target.open();
      project = await createCliProject({
        FEATSTORE_DEFINITIONS: definitions,
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        ...(opened === undefined ? {} : { DATABASE_URL: opened.url }),
      });
      serving = await startServing({ environment: project.environment, folder: project.folder });
      base = serving.url;
      const { code, stdout, stderr } = await project.run(
        ...["sample", "generate", "--tracks", "233", "--analyses", "1398", "--until", UNTIL],
      );
      expect(code, stdout + stderr).toBe(0);
      expect((await project.run("apply")).code).toBe(0);
      await serving.deps.registry.refresh();
      const made = await project.json("keys", "create", "--name", "test", "--scopes", "training:read,training:write");
      key = (made.document as { key: string }).key;
      // Times between the analyses' times, some equal to the microsecond, and some before any analysis.
      const pairs = await serving.deps.database.query<{ id: number; at: string }>({
        text: `select t.id, to_char(a.created_at - (a.id % 3) * interval '1 microsecond', 'YYYY-MM-DD HH24:MI:SS.US') as at
          from (select id, created_at from analysis_results where created_at is not null order by md5(id::text) limit $1::text::int) as a
          cross join lateral (select id from tracks order by md5(id::text || a.id::text) limit 1) as t`,
        parameters: [String(PAIRS)],
      });
      const lines = pairs.map(({ id, at }, index) => `${id},${at},${index % 2},"note ${index}, ""quoted"""`);
      spine = `track_id,as_of,hit,note\n${lines.join("\n")}\n`;
      await project.write({ "spine.csv": spine });
    });
    afterAll(async () => {
      await serving?.close();
      await opened?.drop();
      await project?.remove();
    });

    const ask = (path: string, init: RequestInit & { readonly headers?: Record<string, string> } = {}) =>
      fetch(`${base}${path}`, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } });
    const finished = async (id: string): Promise<{ state: string; manifest: TrainingManifest; data: string }> => {
      let document: Awaited<ReturnType<typeof finished>> | undefined;
      const stateOf = async () => {
        document = (await (await ask(`/api/training-sets/${id}`)).json()) as Awaited<ReturnType<typeof finished>>;
        return document.state;
      };
      await expect.poll(stateOf).not.toMatch(/^(loading|queued|running)$/);
      if (document === undefined) throw new Error("No answer");
      return document;
    };
    const views = Object.keys(handWrittenViews).filter((view) => view !== "track_profile");

    test("two hundred rows of random tracks and times match hand-written SQL", async () => {
      const { code, stderr, document } = await project.json(
        ...["training-set", "--features", views.join(","), "--spine", "spine.csv", "--out", "train.jsonl"],
        ...["--time-zone", "UTC", "--label-column", "hit"],
      );
      expect(code, stderr).toBe(0);
      expect(stderr).toContain(`${PAIRS}/${PAIRS} rows`);
      const text = await readFile(join(project.folder, "train.jsonl"), "utf8");
      const lines = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Line);
      const { manifest } = document as { manifest: TrainingManifest };
      expect(manifest.result.sha256).toBe(createHash("sha256").update(text).digest("hex"));
      expect(manifest.columns.some(({ without_history }) => without_history === true)).toBe(false);
      expect(manifest.split.all).toMatchObject({
        rows: PAIRS,
        labels: { hit: { values: { "0": PAIRS / 2, "1": PAIRS / 2 } } },
      });
      expect(lines.map(({ hit, note }) => [hit, note])).toEqual(
        Array.from({ length: PAIRS }, (_, index) => [index % 2, `note ${index}, "quoted"`]),
      );
      expect(lines.map(({ track_id, as_of }) => `${track_id},${as_of.replace("T", " ").replace("Z", "")}`)).toEqual(
        spine
          .trimEnd()
          .split("\n")
          .slice(1)
          .map((line) => line.split(",").slice(0, 2).join(",")),
      );
      let known = 0;
      for (const line of lines) {
        for (const view of views) {
          const [row] = await serving.deps.database.query<{ features: string; event_time: string | null }>({
            text: `select features, event_time from (${handWrittenViews[view]?.replaceAll("$1::int[]", "$1::text::int[]").replaceAll("$2::timestamp", "$2::text::timestamp")}) as hand_written`,
            parameters: [`{${line.track_id}}`, line.as_of.replace("Z", "")],
          });
          const names = manifest.columns.filter((column) => column.view === view).map(({ feature }) => feature ?? "");
          const values = Object.fromEntries(names.map((name) => [name, line[`${view}.${name}`]]));
          const wanted = row === undefined ? {} : (JSON.parse(row.features) as Record<string, unknown>);
          for (const name of names) {
            const [left, right] = [values[name], wanted[name] ?? null];
            if (right !== null) known += 1;
            if (typeof left === "number" && typeof right === "number") expect(left).toBeCloseTo(right, 9);
            else
              expect([line.track_id, line.as_of, view, name, left]).toEqual([
                line.track_id,
                line.as_of,
                view,
                name,
                right,
              ]);
          }
        }
      }
      expect(known).toBeGreaterThan(PAIRS * 10);
    });

    test("over HTTP: the spine as a file or as rows, progress, an immutable file, range downloads", async () => {
      const path =
        "/api/training-sets?service=hit_predictor&format=parquet&time_zone=UTC&split=group:hit:train=0.5,test=0.5";
      const response = await ask(path, { method: "POST", body: spine, headers: { "content-type": "text/csv" } });
      expect(response.status, await response.clone().text()).toBe(202);
      const { id } = (await response.json()) as { id: string };
      expect(response.headers.get("location")).toBe(`/api/training-sets/${id}`);
      const { state, manifest, data } = await finished(id);
      expect([state, data]).toEqual(["finished", `/api/training-sets/${id}/data`]);
      const whole = await ask(data);
      const bytes = Buffer.from(await whole.arrayBuffer());
      expect(whole.headers.get("etag")).toBe(`"${createHash("sha256").update(bytes).digest("hex")}"`);
      expect(manifest.result).toMatchObject({ rows: PAIRS, bytes: bytes.byteLength });
      const table = tableFromIPC(readParquet(bytes).intoIPCStream());
      expect(table.schema.fields.slice(0, 6).map(({ name }) => name)).toEqual([
        ...["track_id", "as_of", "hit", "note", "_split", "track_profile.release_year"],
      ]);
      const part = await ask(data, { headers: { range: "bytes=10-19" } });
      expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 10-19/${bytes.byteLength}`]);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20));
      expect((await ask(data, { headers: { range: `bytes=${bytes.byteLength}-` } })).status).toBe(416);
      expect((await ask(data, { headers: { "if-none-match": whole.headers.get("etag") ?? "" } })).status).toBe(304);
      const other = await ask(data, { headers: { range: "bytes=0-1", "if-range": '"other"' } });
      expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, bytes.byteLength]);
      const head = await ask(data, { method: "HEAD" });
      expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes.byteLength)]);

      const parquet = await ask(
        "/api/training-sets?service=hit_predictor&format=parquet&split=group:hit:train=0.5,test=0.5",
        {
          method: "POST",
          // The result can be a spine if its own columns are left out.
          body: bytes,
          headers: { "content-type": "application/vnd.apache.parquet" },
        },
      );
      expect(await parquet.json()).toMatchObject({ code: "spine_column_taken" });
      const stored = await ask(
        "/api/training-sets?service=hit_predictor&columns=hit,note&split=group:hit:train=0.5,test=0.5",
        {
          method: "POST",
          body: bytes,
          headers: { "content-type": "application/vnd.apache.parquet" },
        },
      );
      const again = await finished(((await stored.json()) as { id: string }).id);
      expect(again.manifest.result.sha256).toBe(manifest.result.sha256);

      const rerun = await ask("/api/training-sets", {
        method: "POST",
        body: JSON.stringify({ rerun: id }),
        headers: { "content-type": "application/json" },
      });
      expect((await finished(((await rerun.json()) as { id: string }).id)).manifest.rerun).toMatchObject({
        of: id,
        same: true,
      });
    });

    test("rows in the request; faults are reported with their position", async () => {
      const post = async (body: unknown) => {
        const response = await ask("/api/training-sets", {
          method: "POST",
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        });
        return { status: response.status, body: (await response.json()) as { id: string } };
      };
      const rows = [{ track_id: 1, as_of: "2025-12-31T00:00:00+01:00", label: true }];
      const { status, body } = await post({ features: ["lyric_sentiment.sentiment"], rows, format: "csv" });
      expect(status).toBe(202);
      expect((await finished(body.id)).state).toBe("finished");
      expect(await (await ask(`/api/training-sets/${body.id}/data`)).text()).toMatch(
        /^track_id,as_of,label,lyric_sentiment.sentiment\n1,2025-12-30T23:00:00.000000Z,true,/,
      );
      expect(
        await post({ features: ["lyric_sentiment"], rows: [{ track_id: 7.5, as_of: "2025-12-31" }] }),
      ).toMatchObject({
        status: 400,
        body: { code: "spine_key_invalid", errors: [{ path: "rows[0], track_id" }, { path: "rows[0], as_of" }] },
      });
      expect(await post({ features: ["lyric_sentimint"], rows })).toMatchObject({
        status: 404,
        body: { code: "feature_view_not_found" },
      });
      expect(await post({ service: "hit_predictor", rows: 7 })).toMatchObject({
        status: 400,
        body: { code: "invalid_body" },
      });
      expect(await post({ service: "hit_predictor", rows, splits: 7 })).toMatchObject({
        status: 400,
        body: { code: "invalid_body" },
      });
      expect((await ask("/api/training-sets/aaaaaaaaaaaaaaaa")).status).toBe(404);
      expect((await ask(`/api/training-sets/${body.id}/cancel`, { method: "POST" })).status).toBe(409);
      const deleted = await ask(`/api/training-sets/${body.id}`, { method: "DELETE" });
      expect(await deleted.json()).toMatchObject({ state: "deleted", data: null, manifest: null });
      expect((await ask(`/api/training-sets/${body.id}/data`)).status).toBe(410);
    });

    test("repeated requests with an idempotency key get the same training set, also at once", async () => {
      const post = async (idempotencyKey: string, body: string, type: string, query = "") => {
        const headers = { "content-type": type, "idempotency-key": idempotencyKey };
        const response = await ask(`/api/training-sets${query}`, { method: "POST", headers, body });
        const { id, code } = (await response.json()) as { readonly id?: string; readonly code?: string };
        return { status: response.status, id, code };
      };
      const row = { track_id: 1, as_of: "2025-12-01T00:00:00Z" };
      const json = JSON.stringify({ features: ["track_profile.title"], rows: [row] });
      const query = "?features=track_profile.title";
      for (const [name, body, type, parameters] of [
        ["rows", json, "application/json", ""],
        ["csv", "track_id,as_of\n1,2025-12-01T00:00:00Z\n", "text/csv", query],
        ["jsonl", `${JSON.stringify(row)}\n`, "application/x-ndjson", query],
      ] as const) {
        const [one, other] = await Promise.all([1, 2].map(() => post(name, body, type, parameters)));
        expect([one?.status, other?.status]).toContain(202);
        expect(other?.id).toBe(one?.id);
        await finished(one?.id ?? "");
        expect(await post(name, body, type, parameters)).toEqual({ status: 200, id: one?.id, code: undefined });
        const reused = { status: 409, id: undefined, code: "idempotency_key_reused" };
        expect(await post(name, `${body}\n`, type, parameters)).toEqual(reused);
        if (parameters !== "") expect(await post(name, body, type, `${parameters}&format=csv`)).toEqual(reused);
        expect((await post(`${name}-2`, body, type, parameters)).id).not.toBe(one?.id);
        expect((await ask(`/api/training-sets/${one?.id}`, { method: "DELETE" })).status).toBe(200);
        expect((await post(name, body, type, parameters)).status).toBe(202);
      }
      for (const malformed of ["two words", "x".repeat(201), ""])
        expect(await post(malformed, json, "application/json")).toMatchObject({ status: 400, code: "invalid_request" });
    });

    test("labels are equal from the CLI and over HTTP; rejects a leaking copy; reuses and deletes a training set", async () => {
      const label = "lyric_complexity.words@30d,later=lyric_sentiment.sentiment@12h";
      const requests = [
        "--features",
        "analysis_activity",
        "--spine",
        "spine.csv",
        "--time-zone",
        "UTC",
        "--label",
        label,
      ];
      const made = await project.json("training-set", ...requests, "--out", "labels.csv");
      expect(made.code, made.stderr).toBe(0);
      const { id, manifest } = made.document as { id: string; manifest: TrainingManifest };
      expect(manifest.labels.map(({ name, horizon_seconds }) => [name, horizon_seconds])).toEqual([
        ["label.lyric_complexity.words", 30 * 86_400],
        ["later", 43_200],
      ]);
      const path = `/api/training-sets?features=analysis_activity&format=csv&time_zone=UTC&labels=${encodeURIComponent(label)}`;
      const response = await ask(path, { method: "POST", body: spine, headers: { "content-type": "text/csv" } });
      expect(response.status, await response.clone().text()).toBe(202);
      const other = await finished(((await response.json()) as { id: string }).id);
      expect(other.manifest.result.sha256).toBe(manifest.result.sha256);

      const labelled = await readFile(join(project.folder, "labels.csv"), "utf8");
      const copy = ["training-set", "--features", "lyric_complexity", "--spine", "spine.csv", "--time-zone", "UTC"];
      const lost = await project.run(...copy, "--label", "lyric_complexity.words@1s", "--out", "copy.csv");
      expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining("training_set_leaks")]);
      const allowed = await project.run(
        ...[...copy, "--label", "lyric_complexity.words@1s", "--out", "copy.csv", "--allow-leakage", "to see it"],
      );
      expect([allowed.code, allowed.stdout]).toEqual([0, expect.stringContaining("to see it")]);
      expect(allowed.stdout).toMatch(/leakage: lyric_complexity\.words .*label\.lyric_complexity\.words .*100\.0 %/);

      const zero = await project.run(...copy, "--label", "lyric_complexity.words@0d", "--out", "copy.csv");
      expect([zero.code, zero.stderr]).toEqual([1, expect.stringContaining("label_invalid")]);
      expect((await project.run("training-set", "--resume", id, "--out", "given.csv")).code).toBe(0);
      expect(await readFile(join(project.folder, "given.csv"), "utf8")).toBe(labelled);
      const deleted = await project.run("training-set", "delete", id);
      expect([deleted.code, deleted.stdout]).toEqual([0, expect.stringContaining(id)]);
      const gone = await project.run("training-set", "--resume", id, "--out", "given.csv");
      expect([gone.code, gone.stderr]).toEqual([1, expect.stringMatching(/^training_set_[a-z_]+: .*deleted/)]);
    });

    test("rejects a spine query that writes", async () => {
      const query =
        "select id as track_id, timestamptz '2025-12-01 00:00:00.123456Z' as as_of, title from tracks order by id limit 5;";
      const { code, stderr, stdout } = await project.run(
        ...["training-set", "--service", "hit_predictor", "--sql", query, "--out", "five.csv"],
      );
      expect(code, stderr + stdout).toBe(0);
      const lines = (await readFile(join(project.folder, "five.csv"), "utf8")).trimEnd().split("\n");
      expect([lines.length, lines[1]?.slice(0, 29)]).toEqual([6, "1,2025-12-01T00:00:00.123456Z"]);
      const writing = "select nextval('featstore.lease_tokens') as track_id, now() as as_of";
      const refused = await project.run(
        "training-set",
        "--service",
        "hit_predictor",
        "--sql",
        writing,
        "--out",
        "five.csv",
      );
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("read-only transaction")]);
    });
  });
}
