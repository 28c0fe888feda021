import type { Database } from "../../../src/database/database";
import { createPostgresDatabase } from "../../../src/database/postgres-database";
import { quoteName } from "../../../src/database/sql-text";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";

const [native] = testDatabases("main").filter(({ name }) => name === "postgres-16");

/** For `describe.skipIf`: true if native PostgreSQL is missing and REQUIRE_SERVICES is not set. */
export const isSkipped = native?.skip ?? true;

/** A company's database as its administrator uses it, and the login role for Featstore. */
export interface CompanyDatabase {
  readonly administrator: Database;
  /** The administrator's URL. */
  readonly administratorUrl: string;
  /** The role's name, quoted for SQL. */
  readonly role: string;
  /** The role's URL. */
  readonly url: string;
  /** Opens a connection as the role. */
  readonly connect: () => Database;
  drop(): Promise<void>;
}

/** Creates a database without privileges for the public, and a role that may only connect. */
export async function createCompanyDatabase(): Promise<CompanyDatabase> {
  if (native === undefined) throw new Error("there is no native PostgreSQL among the test databases");
  const opened: OpenTestDatabase = await native.open();
  const administrator = opened.database;
  const name = `Feature reader-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const role = quoteName(name);
  await administrator.script(`
create role ${role} login password 'reading' nosuperuser nocreatedb nocreaterole noinherit;
do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to %I', current_database(), '${name}');
end $$;
revoke all on schema public from public`);
  const url = new URL(opened.url ?? "");
  url.username = name;
  url.password = "reading";
  return {
    administrator,
    administratorUrl: opened.url ?? "",
    role,
    url: url.href,
    connect: () => createPostgresDatabase({ url: url.href, poolSize: 2 }),
    async drop() {
      await opened.drop();
      const maintenance = createPostgresDatabase({ url: process.env.TEST_DATABASE_URL ?? "", poolSize: 1 });
      await maintenance.query({ text: `drop role if exists ${role}` });
      await maintenance.close();
    },
  };
}

/** The SQL that the administrator runs once, from the guide. */
export function adoptionSql(role: string): string {
  return `
grant usage on schema public to ${role};
grant select on tracks, analysis_results to ${role};
create schema featstore authorization ${role};
create schema features authorization ${role};
create schema featstore_auth authorization ${role}`;
}
