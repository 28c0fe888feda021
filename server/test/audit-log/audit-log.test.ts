import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAuditLog } from "../../src/audit-log/audit-log-store";
import { prune } from "../../src/database/prune-daily";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp, withKey } from "../helpers/test-app";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const MINE = "org_aaaaaaaaaaaaaaaa";
const FOREIGN = "org_bbbbbbbbbbbbbbbb";
const person = { kind: "person", id: "user-1", address: "192.0.2.7" } as const;

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`the audit log on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
    });
    afterAll(() => opened?.drop());
    beforeEach(() => opened.database.script("truncate featstore.audit_log"));

    const log = () => createAuditLog(opened.database);
    const actions = async (filter: Parameters<ReturnType<typeof log>["stream"]>[0] = {}) => {
      const found: string[] = [];
      for await (const { action } of log().stream(filter)) found.push(action);
      return found;
    };
    const change = (action: string, organisation: string | null = MINE) =>
      log().record({ actor: person, organisation, action, subject: "it", before: { role: "member" }, after: null });

    test("returns what was recorded", async () => {
      await change("member.changed");
      const [entry] = await log().page({}, { limit: 10, before: null });
      expect(entry).toEqual({
        id: expect.stringMatching(/^\d+$/),
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        actor: person,
        ...{ organisation: MINE, action: "member.changed", subject: "it", before: { role: "member" }, after: null },
      });
    });

    test("its rows can be neither changed nor deleted, but for the retention", async () => {
      await change("member.changed");
      for (const text of ["update featstore.audit_log set subject = 'x'", "delete from featstore.audit_log"])
        await expect(opened.database.query({ text })).rejects.toMatchObject({ sqlState: "FS002" });
      await prune(opened.database, { prune: "prune_audit_log", keptDays: 400 });
      await expect(opened.database.query({ text: "delete from featstore.audit_log" })).rejects.toThrow();
      expect(await actions()).toEqual(["member.changed"]);
    });

    test("the retention deletes old rows in batches", async () => {
      await opened.database.script(`insert into featstore.audit_log (at, actor_kind, actor_id, action, subject)
  select clock_timestamp() - i * interval '100 days', 'server', 'test', 'test.made', i::text from generate_series(0, 9) as i`);
      await prune(opened.database, { prune: "prune_audit_log", keptDays: 399 }, { batch: 2 });
      expect(await actions()).toHaveLength(4);
    });

    test("filters by organisation, action and time", async () => {
      await change("member.changed");
      await change("key.created", FOREIGN);
      await change("key.created", null);
      expect(await actions({ organisation: MINE })).toEqual(["member.changed"]);
      expect(await actions({ action: "key.created" })).toHaveLength(2);
      expect(await actions({ since: 4_000_000_000_000_000n })).toEqual([]);
      expect(await actions({ until: 4_000_000_000_000_000n, organisation: FOREIGN })).toEqual(["key.created"]);
    });
  });
}

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`GET /api/audit-log on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let get: (query?: string) => Promise<{ status: number; text: string; body: Record<string, never> }>;
    let keyId: string;
    const principal: { organisation: string | null } = { organisation: MINE };
    beforeAll(async () => {
      opened = await target.openMigrated();
      const auditLog = createAuditLog(opened.database);
      const { app, deps, keyOf, keys } = await createTestApp({
        registry: createFakeRegistry(snapshotOf(1, [])),
        onlineStore: createFakeOnlineStore(new Map(), true),
        auditLog,
      });
      const key = await keyOf();
      keyId = (await keys.list())[0]?.id ?? "";
      const { authenticator } = deps.guard;
      const { authenticate } = authenticator;
      authenticator.remembered = () => undefined;
      authenticator.authenticate = async (...args) => ({
        ...(await authenticate(...args)),
        organisation: principal.organisation,
      });
      for (const [index, organisation] of [MINE, FOREIGN, MINE, null, MINE].entries()) {
        const actor = organisation === null ? ({ kind: "key", id: keyId, address: null } as const) : person;
        await auditLog.record({ actor, organisation, action: "test.made", subject: String(index) });
      }
      await auditLog.record({ actor: person, organisation: null, action: "test.made", subject: "operator" });
      get = async (query = "") => {
        const response = await app.request(`/api/audit-log${query}`, withKey(key));
        const text = await response.text();
        return { status: response.status, text, body: text.startsWith('{"id"') ? {} : JSON.parse(text) };
      };
    });
    afterAll(() => opened?.drop());

    test("lists the organisation's own entries, newest first, page by page", async () => {
      principal.organisation = MINE;
      const subjects = ({ entries }: Record<string, readonly { subject: string }[]>) =>
        entries?.map(({ subject }) => subject);
      const first = (await get("?limit=2")).body;
      expect(subjects(first)).toEqual(["4", "2"]);
      const second = (await get(`?limit=2&before=${first.next}`)).body;
      expect([subjects(second), second.next]).toEqual([["0"], null]);
      const lines = (await get("?format=jsonl")).text.trim().split("\n");
      expect(lines.map((line) => JSON.parse(line).subject)).toEqual(["4", "2", "0"]);
    });

    test("pages through more entries than ids have digits", async () => {
      principal.organisation = "org_paged";
      const auditLog = createAuditLog(opened.database);
      const subjects = Array.from({ length: 25 }, (_, index) => `entry ${index}`);
      for (const subject of subjects)
        await auditLog.record({ actor: person, organisation: "org_paged", action: "test.made", subject });
      const listed: string[] = [];
      for (let before: string | null = ""; before !== null; ) {
        const { body } = await get(`?limit=4${before === "" ? "" : `&before=${before}`}`);
        const page = body as unknown as { entries: { subject: string }[]; next: string | null };
        listed.push(...page.entries.map(({ subject }) => subject));
        before = page.next;
      }
      expect(listed).toEqual(subjects.toReversed());
      const streamed: string[] = [];
      for await (const { subject } of auditLog.stream({ organisation: "org_paged" })) streamed.push(subject);
      expect(streamed).toEqual(subjects);
    });

    test("a key without an organisation sees what it did itself", async () => {
      principal.organisation = null;
      expect((await get()).body).toMatchObject({ entries: [{ subject: "3" }], next: null });
    });

    test.for([
      "?limit=0",
      "?limit=1001",
      "?before=x",
      "?since=soon",
      "?until=2026-02-30",
      "?action=key",
      "?action=a.b'--",
      "?format=csv",
      "?organisation=org_bbbbbbbbbbbbbbbb",
    ])("refuses %s", async (query) => {
      const { status, body } = await get(query);
      expect([status, body.code]).toEqual([
        400,
        query.includes("organisation") ? "unknown_parameter" : "invalid_parameter",
      ]);
    });
  });
}
