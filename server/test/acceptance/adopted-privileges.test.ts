import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { assetFolder } from "../../src/core/assets";
import { migrate } from "../../src/database/migrate";
import { type CliProject, createCliProject } from "../cli/cli";
import { type CompanyDatabase, createCompanyDatabase, isSkipped } from "./adopted/administrator";

// featstore doctor prints the SQL that grants missing privileges; an administrator can run it as printed.

const TABLE = `
create schema "Music";
create table "Music"."Track List" (id bigint primary key, title text, embedding vector(3), created_at timestamptz not null);
insert into "Music"."Track List" values (7, 'Anthem', '[1,2,3]', '2026-01-01Z')`;

const DEFINITIONS = `
import { entity, featureView, int64, latest, source, string, vector } from "@featstore/definitions";
export const songs = source({
  name: "songs", table: "Music.Track List", key: { song_id: int64().from("id") }, eventTime: "created_at",
  tieBreak: "id", history: "current", columns: { title: string().nullable(), embedding: vector(3).nullable() },
});
export const song = entity({ name: "song", key: { song_id: int64() }, from: songs });
export const songProfile = featureView({
  name: "song_profile", version: 1, entity: song, from: songs, owner: "me", description: "Songs",
  features: (s) => ({ title: latest(s.title).describe("Title"), sound: latest(s.embedding).space("sound").describe("Sound") }),
});`;

interface Check {
  readonly check: string;
  readonly status: "ok" | "warning" | "failed";
  readonly found: string;
  readonly advice: string | null;
}

describe.skipIf(isSkipped)("featstore doctor and missing privileges", () => {
  let company: CompanyDatabase;
  let project: CliProject;

  const administrate = (text: string) => company.administrator.script(text);
  const doctor = async () => {
    const { code, document } = await project.json("doctor");
    const { checks } = document as { checks: readonly Check[] };
    return { code, failed: checks.filter(({ status }) => status === "failed") };
  };
  /** Runs the SQL that doctor prints for an administrator, and returns the checks that failed before. */
  const mend = async () => {
    const { code, failed } = await doctor();
    const printed = failed.flatMap(({ advice }) => /^as [^:]+: (.+)$/s.exec(advice ?? "")?.[1] ?? []);
    expect(printed, JSON.stringify(failed)).toHaveLength(failed.length);
    await administrate(printed.join("\n"));
    return { code, checks: failed.map(({ check }) => check) };
  };
  const expectHealthy = async () => {
    expect(await doctor()).toEqual({ code: 0, failed: [] });
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    expect((await project.run("get", "song", "7")).stdout).toContain("Anthem");
    expect(await doctor()).toEqual({ code: 0, failed: [] });
  };

  beforeAll(async () => {
    company = await createCompanyDatabase();
    await administrate(`create extension vector;${TABLE};grant usage on schema public to ${company.role}`);
    project = await createCliProject({
      DATABASE_URL: company.url,
      FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
    });
    await project.write({ "definitions/index.ts": DEFINITIONS });
  });
  afterAll(async () => {
    await project?.remove();
    await company?.drop();
  });
  beforeEach(() =>
    administrate(`
drop schema if exists features, featstore_auth, featstore cascade;
revoke all on all tables in schema "Music" from ${company.role};
revoke all on schema "Music" from ${company.role};
revoke create on schema public from public`),
  );

  test("fixes a role without any grants", async () => {
    expect(await mend()).toEqual({ code: 4, checks: ["schemas", "source Music.Track List"] });
    await expectHealthy();
  });

  test.for([
    ["apply"],
    ["materialize"],
    ["serve", "--port", "0"],
    ["keys", "create", "--name", "me"],
    ["get", "song", "7"],
  ])("without privileges %j fails with its code and advice", async (line) => {
    for (const schemas of ["", "create schema featstore; create schema features; create schema featstore_auth"]) {
      await administrate(schemas);
      const refused = await project.run(...line);
      expect(refused.code).toBe(4);
      expect(refused.stderr).toMatch(/^(no_privilege|migration_failed|migrations_pending): .+; .+\n$/);
      expect(refused.stderr).not.toMatch(/\n\s+at /);
    }
  });

  test("fixes a readable table in a schema without usage", async () => {
    await administrate(`
create schema featstore authorization ${company.role};
create schema features authorization ${company.role};
create schema featstore_auth authorization ${company.role};
grant select on "Music"."Track List" to ${company.role}`);
    expect(await mend()).toEqual({ code: 4, checks: ["source Music.Track List"] });
    await expectHealthy();
  });

  test("fixes schemas of another owner", async () => {
    await administrate(`
create schema featstore;
create schema features;
create schema featstore_auth;
grant usage on schema "Music" to ${company.role};
grant select on "Music"."Track List" to ${company.role}`);
    expect(await mend()).toEqual({ code: 4, checks: ["schemas"] });
    await expectHealthy();
  });

  test("fixes schemas that an administrator migrated before the role took over", async () => {
    await administrate(
      `grant usage on schema "Music" to ${company.role}; grant select on "Music"."Track List" to ${company.role}`,
    );
    await migrate(company.administrator, assetFolder("migrations"));
    expect(await mend()).toEqual({ code: 4, checks: ["schemas"] });
    await expectHealthy();
  });

  test("fixes objects that an administrator created before the role took over", async () => {
    await administrate(
      `grant usage on schema "Music" to ${company.role}; grant select on "Music"."Track List" to ${company.role}`,
    );
    const { DATABASE_URL } = project.environment;
    project.environment.DATABASE_URL = company.administratorUrl;
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    expect(await project.run("materialize")).toMatchObject({ code: 0 });
    project.environment.DATABASE_URL = DATABASE_URL;
    expect(await mend()).toEqual({ code: 4, checks: ["schemas"] });
    await expectHealthy();
  });

  test("fixes a privilege that was revoked later", async () => {
    await mend();
    await expectHealthy();
    await administrate(`revoke select on "Music"."Track List" from ${company.role}`);
    const failed = await project.run("materialize");
    expect(failed.code).not.toBe(0);
    expect(failed.stdout + failed.stderr).toMatch(/permission denied/);
    expect((await project.run("get", "song", "7")).stdout).toContain("Anthem");
    expect(await mend()).toEqual({ code: 4, checks: ["source Music.Track List"] });
    await expectHealthy();
  });

  test("advises to install pgvector", async () => {
    await administrate(`alter table "Music"."Track List" drop column embedding; drop extension vector`);
    expect((await mend()).checks).toContain("pgvector");
    await administrate(`alter table "Music"."Track List" add column embedding vector(3)`);
    await expectHealthy();
  });
});
