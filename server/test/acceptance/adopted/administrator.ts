import type { Database } from "../../../src/database/database";
import { createPostgresDatabase } from "../../../src/database/postgres-database";
import { quoteIdentifier } from "../../../src/database/sql-text";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";

const [native] = testDatabases("main").filter(({ name }) => name === "postgres-16");

/** For `describe.skipIf`: the native PostgreSQL is absent and REQUIRE_SERVICES does not ask for it. */
export const isSkipped = native?.skip ?? true;

/** A company's database, as its administrator sees it, and the login role that was made for Featstore. */
export interface CompanyDatabase {
  readonly administrator: Database;
  /** Where the administrator connects. */
  readonly administratorUrl: string;
  /** The role's name as it has to be written in SQL; it needs quotes. */
  readonly role: string;
  /** Where the role connects. */
  readonly url: string;
  /** A connection of the role's. */
  readonly connect: () => Database;
  drop(): Promise<void>;
}

/** A fresh database in which the public may do nothing but what is granted, and a role that may only connect. */
export async function createCompanyDatabase(): Promise<CompanyDatabase> {
  if (native === undefined) throw new Error("there is no native PostgreSQL among the test databases");
  const opened: OpenTestDatabase = await native.open();
  const administrator = opened.database;
  const name = `Feature reader-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const role = quoteIdentifier(name);
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

/** What the administrator runs once, as the guide tells. */
export function adoptionSql(role: string): string {
  return `
grant usage on schema public to ${role};
grant select on tracks, analysis_results to ${role};
create schema featstore authorization ${role};
create schema features authorization ${role}`;
}
