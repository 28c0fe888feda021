import { randomBytes } from "node:crypto";
import { join } from "node:path";
import postgres from "postgres";
import { featstore, root } from "./featstore-cli";
import type { Options } from "./options";

export type Sql = postgres.Sql;

/** A temporary database with the generated reference data and the shipped definitions applied. */
export interface ReferenceDatabase {
  readonly url: string;
  readonly sql: Sql;
  /** The environment with which commands and servers use it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly tracks: number;
  readonly analyses: number;
  drop(): Promise<void>;
}

/** Creates the database, generates data of the requested size and applies the shipped definitions. */
export async function createReferenceDatabase(
  options: Pick<Options, "database" | "tracks" | "analyses">,
): Promise<ReferenceDatabase> {
  const name = `featstore_benchmark_${process.pid}`;
  const maintenance = postgres(options.database, { max: 1, onnotice: () => {} });
  await maintenance.unsafe(`drop database if exists ${name} with (force)`);
  await maintenance.unsafe(`create database ${name}`);
  const url = new URL(options.database);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  const drop = async () => {
    await sql.end();
    await maintenance.unsafe(`drop database if exists ${name} with (force)`);
    await maintenance.end();
  };
  try {
    const environment = {
      DATABASE_URL: url.href,
      FEATSTORE_KEY_SECRET: randomBytes(32).toString("hex"),
      FEATSTORE_DEFINITIONS: join(root, "feature-definitions/definitions"),
    };
    await featstore(
      ["sample", "generate", "--tracks", String(options.tracks), "--analyses", String(options.analyses), "--seed", "1"],
      environment,
    );
    await featstore(["apply"], environment);
    // Otherwise autovacuum would do this in the middle of a round.
    await sql.unsafe("vacuum analyze tracks");
    await sql.unsafe("vacuum analyze analysis_results");
    const [counts] = await sql<{ tracks: number; analyses: number }[]>`
      select (select count(*)::int from tracks) as tracks, (select count(*)::int from analysis_results) as analyses`;
    return { url: url.href, sql, environment, tracks: counts?.tracks ?? 0, analyses: counts?.analyses ?? 0, drop };
  } catch (error) {
    await drop();
    throw error;
  }
}
