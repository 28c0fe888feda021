import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createUsageReports } from "../../src/usage/report-store";
import { readViews } from "../../src/usage/usage-tracker";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp, withKey } from "../helpers/test-app";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { addKeys, DAY, finish, holderOf, NOON, ORGANISATION, OTHER, openMeter } from "./support";

const first = holderOf({ keyId: "aaaaaaaaaaaaaaaa", month: { requests: 10 } });
const rotated = holderOf({ keyId: "bbbbbbbbbbbbbbbb", lineId: "aaaaaaaaaaaaaaaa", month: { requests: 10 } });
const foreign = holderOf({ keyId: "cccccccccccccccc", organisation: OTHER });
const operator = holderOf({ keyId: "dddddddddddddddd", organisation: null });
const other = holderOf({ keyId: "eeeeeeeeeeeeeeee", organisation: null });

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`reports of usage on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let get: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await addKeys(opened.database, [first, rotated, foreign, operator, other]);
      await opened.database.script(`update featstore.api_keys set name = '=1+1' where id = '${first.keyId}';
update featstore.api_keys set first_id = '${first.keyId}' where id = '${rotated.keyId}'`);
      let now = NOON - DAY;
      const { meter, faults } = openMeter(opened.database, () => now);
      finish(meter, first, "readFeatures", { milliseconds: 0.09 });
      finish(meter, first, "readFeatures", { status: 404 });
      meter.record(first.keyId, readViews([{ view: "scores", version: 1 }]), 1);
      await meter.flush();
      now = NOON;
      for (const holder of [first, rotated, rotated, foreign, operator, other])
        finish(meter, holder, "readFeaturesBatch", { rows: 5, milliseconds: 4 });
      meter.record(foreign.keyId, readViews([{ view: "secret", version: 1 }]), 1);
      meter.countBytes(rotated, "downloadTrainingSet", 700);
      await meter.close();
      expect(faults).toEqual([]);
      get = await open(first);
    });
    afterAll(() => opened?.drop());

    const open = async (principal: typeof first) => {
      const { app, deps, keyOf } = await createTestApp({
        registry: createFakeRegistry(snapshotOf(1, [])),
        onlineStore: createFakeOnlineStore(new Map(), true),
        clock: () => NOON,
        usageReports: createUsageReports(opened.database),
      });
      const key = await keyOf();
      const { authenticator } = deps.guard;
      const { remembered } = authenticator;
      authenticator.remembered = (...args) => {
        const known = remembered(...args);
        return known === undefined ? undefined : { ...known, ...principal, grants: known.grants };
      };
      await app.request("/api/usage", withKey(key));
      return async (query: string) => {
        const response = await app.request(`/api/usage${query}`, withKey(key));
        const text = await response.text();
        const isJson = response.headers.get("content-type")?.includes("json") === true;
        return { status: response.status, text, body: isJson ? JSON.parse(text) : null };
      };
    };

    test("an organisation sees its own usage by day, and what is left of its limits", async () => {
      expect(await get("")).toMatchObject({
        status: 200,
        body: {
          organisation: ORGANISATION,
          ...{ from: "2026-01-01", to: "2026-01-31", by: "day" },
          usage: [
            { day: "2026-01-30", requests: 1, rows: 1, bytes: 0, errors: 1 },
            { day: "2026-01-31", requests: 3, rows: 15, bytes: 700, errors: 0, latency_ms: { p50: 4 } },
          ],
          total: { requests: 4, rows: 16, bytes: 700, errors: 1 },
          limits: {
            resets_at: "2026-02-01T00:00:00.000Z",
            organisation: {
              month: {
                requests: { limit: 10, used: 4, left: 6 },
                rows: { limit: null, used: 16, left: null },
                bytes: { limit: null, used: 700, left: null },
              },
            },
            key: { month: { requests: { used: 4 } } },
          },
        },
      });
    });

    test.for([
      [
        "?by=key",
        [
          { key_id: first.keyId, line_id: first.keyId },
          { key_id: rotated.keyId, line_id: first.keyId },
        ],
      ],
      [
        "?by=operation",
        [{ operation: "downloadTrainingSet" }, { operation: "readFeatures" }, { operation: "readFeaturesBatch" }],
      ],
      ["?by=view", [{ view: "scores", version: 1, requests: 1, rows: 1 }]],
      ["?by=month&from=2026-01-31&to=2026-01-31", [{ month: "2026-01", requests: 3 }]],
      ["?from=2026-02-01&to=2026-02-02", []],
    ] as const)("groups usage: %s", async ([query, expected]) => {
      const { body } = await get(query);
      expect(body.usage).toHaveLength(expected.length);
      expect(body.usage).toMatchObject(expected);
    });

    test("a key without an organisation sees its own line only", async () => {
      const ofOperator = await open(operator);
      expect(await ofOperator("?by=key")).toMatchObject({
        body: { organisation: null, usage: [{ key_id: operator.keyId, requests: 1 }], limits: { organisation: null } },
      });
    });

    test("CSV quotes texts and defuses formulas", async () => {
      const { text } = await get("?by=key&format=csv");
      const [header, line] = text.split("\r\n");
      expect(header).toBe("key_id,key_name,line_id,requests,rows,bytes,errors,p50_ms,p95_ms,p99_ms");
      expect(line).toContain(`${first.keyId},'=1+1,${first.keyId},2,6,0,1,`);
    });

    test.for([
      "?from=2026-02-30",
      "?from=yesterday",
      "?to=20260101",
      "?from=2026-02-01&to=2026-01-01",
      "?from=2024-01-01&to=2026-01-01",
      "?by=organisation",
      "?by=",
      "?format=xml",
      "?from=2026-01-01&from=2026-01-01",
      "?from=2026-01-01'--",
      "?organisation=org_bbbbbbbbbbbbbbbb",
    ])("refuses %s", async (query) => {
      const { status, body } = await get(query);
      expect([status, body.code]).toEqual([
        400,
        query.includes("organisation=") ? "unknown_parameter" : "invalid_parameter",
      ]);
    });
  });
}
