import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { startPeople } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type CliProject, createCliProject } from "./cli";

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`the operator's commands on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    beforeAll(async () => {
      opened = await target.openMigrated();
      project = await createCliProject({ DATABASE_URL: opened.url, FEATSTORE_KEY_SECRET: "x".repeat(32) });
    });
    afterAll(async () => {
      await project?.remove();
      await opened?.drop();
    });

    test("an operator who is added by mail address signs in where sign-up is closed", async () => {
      expect(await project.run("operators", "add", "Root@Example.com")).toMatchObject({ code: 0 });
      expect((await project.json("operators", "add", "root@example.com")).document).toMatchObject({ added: false });
      const people = await startPeople(opened.database, { env: { FEATSTORE_AUTH_SIGNUP: "closed" } });
      try {
        const { person, cookie } = await people.signIn("root@example.com");
        expect(person).toMatchObject({ operator: true, role: "owner" });
        expect(await project.run("operators", "remove", "root@example.com")).toMatchObject({ code: 0 });
        expect((await people.request("GET", "/api/account", { cookie })).body.person).toMatchObject({
          operator: false,
        });
        expect((await project.run("operators", "remove", "root@example.com")).stderr).toContain("operator_not_found");
      } finally {
        await people.close();
      }
    });

    test("tier, limits and tenant of an organisation are set, listed and in the audit log", async () => {
      await opened.database.script(
        "insert into featstore.organisations (id, name, tier) values ('org_aaaaaaaaaaaaaaaa', 'Example', 'gone')",
      );
      const id = "org_aaaaaaaaaaaaaaaa";
      expect((await project.run("organisations", "list")).stdout).toContain("gone (not configured: free)");
      expect(await project.run("organisations", "set-tier", id, "pro")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("tiers.levels.pro has no resources"),
      });
      expect(await project.run("organisations", "set-limits", id, "--burst", "9", "--exports", "0")).toMatchObject({
        code: 0,
      });
      expect(await project.run("organisations", "set-tenant", id, "acme")).toMatchObject({ code: 0 });
      const { document } = await project.json("organisations", "list");
      const { organisations } = document as { organisations: { id: string }[] };
      expect(organisations.find((each) => each.id === id)).toMatchObject({
        tier: "pro",
        tenant: "acme",
        limits: { burst: 9, exports: 0 },
      });
      await project.run("organisations", "set-tenant", id, "--none");
      await project.run("organisations", "set-limits", id);
      const rows = await opened.database.query<{ action: string; before: string; after: string; actor_id: string }>({
        text: `select action, before::text as before, after::text as after, actor_id
          from featstore.audit_log where organisation_id = '${id}' order by id`,
      });
      expect(rows).toEqual([
        {
          action: "organisation.tier_changed",
          before: '{"tier": "gone"}',
          after: '{"tier": "pro"}',
          actor_id: "organisations set-tier",
        },
        {
          action: "organisation.limits_changed",
          before: '{"limits": {}}',
          after: '{"limits": {"burst": 9, "exports": 0}}',
          actor_id: "organisations set-limits",
        },
        {
          action: "organisation.tenant_changed",
          before: '{"tenant": null}',
          after: '{"tenant": "acme"}',
          actor_id: "organisations set-tenant",
        },
        {
          action: "organisation.tenant_changed",
          before: '{"tenant": "acme"}',
          after: '{"tenant": null}',
          actor_id: "organisations set-tenant",
        },
        {
          action: "organisation.limits_changed",
          before: '{"limits": {"burst": 9, "exports": 0}}',
          after: '{"limits": {}}',
          actor_id: "organisations set-limits",
        },
      ]);
    });

    test("bad arguments are refused and change nothing", async () => {
      const id = "org_bbbbbbbbbbbbbbbb";
      await opened.database.script(
        `insert into featstore.organisations (id, name, tier) values ('${id}', 'Example', 'free')`,
      );
      const faults = [
        [["operators", "add", "nobody"], "mail_invalid"],
        [["organisations", "set-tier", id, "gold"], "tier_unknown"],
        [["organisations", "set-tier", id, "constructor"], "tier_unknown"],
        [["organisations", "set-tier", "org_x", "pro"], "organisation_not_found"],
        [["organisations", "set-limits", id, "--burst", "-1"], "number_invalid"],
        [["organisations", "set-limits", id, "--burst", "99999999"], "number_invalid"],
        [["organisations", "set-limits", id, "--batch-ids", "1.5"], "number_invalid"],
        [["organisations", "set-tenant", id], "tenant_invalid"],
        [["organisations", "set-tenant", id, "acme", "--none"], "tenant_invalid"],
        [["organisations", "set-tenant", id, " acme"], "tenant_invalid"],
      ] as const;
      for (const [line, code] of faults) {
        const { code: exit, stderr } = await project.run(...line);
        expect({ line, exit: exit !== 0, stderr }).toMatchObject({ exit: true, stderr: expect.stringContaining(code) });
      }
      const [row] = await opened.database.query({
        text: `select tier, tenant, limits::text as limits from featstore.organisations where id = '${id}'`,
      });
      expect(row).toEqual({ tier: "free", tenant: null, limits: "{}" });
    });
  });
}

test("the configuration names what a server that people sign in to lacks", () => {
  const faultsOf = (env: Record<string, string>) => {
    try {
      loadConfig({ env: { FEATSTORE_AUTH: "true", ...env } });
      return [];
    } catch (error) {
      return (error as { errors: { path: string }[] }).errors.map(({ path }) => path);
    }
  };
  expect(faultsOf({})).toEqual([]);
  expect(faultsOf({ HOST: "0.0.0.0" })).toEqual(["auth.base_url"]);
  expect(faultsOf({ FEATSTORE_AUTH_SIGNUP: "domains" })).toEqual(["auth.domains"]);
  expect(faultsOf({ FEATSTORE_AUTH_MAIL_URL: "smtp://mail.example.com" })).toEqual(["auth.mail_from"]);
  expect(faultsOf({ FEATSTORE_AUTH_OIDC_ISSUER: "https://id.example.com" })).toHaveLength(2);
  for (const url of [
    "http://example.com",
    "https://example.com/path",
    "ftp://example.com",
    "https://user@example.com",
  ]) {
    expect(faultsOf({ FEATSTORE_AUTH_BASE_URL: url })).toEqual(["FEATSTORE_AUTH_BASE_URL"]);
  }
});
