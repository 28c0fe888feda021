import type { PGlite, SerializerOptions } from "@electric-sql/pglite";
import { postgresFunctions } from "../compile/postgres/index";

/** Runs a statement with its parameters as text; results are rows of parsed values. */
export interface TestSession {
  query<Row extends object>(text: string, parameters?: readonly (string | null)[]): Promise<Row[]>;
  /** Several statements without parameters. */
  script(text: string): Promise<void>;
}

/** In-process PostgreSQL for tests of definitions. Starting it takes about a second, each test then milliseconds. */
export interface TestDatabase {
  /** Runs `work` exclusively on this database; `vectors` makes the extension available to it. */
  use<Result>(options: { readonly vectors: boolean }, work: (session: TestSession) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

// Oids of the parameter types in compiled SQL, whose values are already texts.
const parameterTypes = [16, 20, 21, 23, 25, 114, 700, 701, 1043, 1082, 1114, 1184, 1700, 3802];
const serializers: SerializerOptions = Object.fromEntries(parameterTypes.map((oid) => [oid, String]));

/**
 * Starts PostgreSQL in this process. It needs only the packages `@electric-sql/pglite` and, for views with vectors,
 * `@electric-sql/pglite-pgvector`. It starts on first use; share one among the tests of a file.
 *
 * @example
 * const database = createTestDatabase();
 * afterAll(() => database.close());
 */
export function createTestDatabase(): TestDatabase {
  const started = new Map<boolean, Promise<PGlite>>();
  let last: Promise<unknown> = Promise.resolve();
  const instance = (vectors: boolean): Promise<PGlite> => {
    // A database with vectors also serves views without them.
    const known = started.get(true) ?? started.get(vectors);
    if (known) return known;
    const starting = start(vectors);
    started.set(vectors, starting);
    return starting;
  };
  return {
    use: ({ vectors }, work) => {
      const turn = last.then(async () => work(sessionOf(await instance(vectors))));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: async () => {
      await last;
      const instances = [...started.values()];
      started.clear();
      await Promise.all(instances.map(async (starting) => (await starting).close()));
    },
  };
}

function sessionOf(database: PGlite): TestSession {
  return {
    query: async <Row extends object>(text: string, parameters: readonly (string | null)[] = []) =>
      (await database.query<Row>(text, [...parameters], { serializers })).rows,
    script: async (text) => {
      await database.exec(text);
    },
  };
}

async function start(vectors: boolean): Promise<PGlite> {
  const { PGlite } = await load("@electric-sql/pglite", () => import("@electric-sql/pglite"));
  const extension = vectors
    ? await load("@electric-sql/pglite-pgvector", () => import("@electric-sql/pglite-pgvector"))
    : undefined;
  const database = await PGlite.create(extension ? { extensions: { vector: extension.vector } } : {});
  if (extension) await database.exec("create extension vector");
  await database.exec("set timezone to 'UTC'; create schema features");
  await database.exec(postgresFunctions);
  return database;
}

/** The packages are peer dependencies for tests only; the error names a missing one. */
async function load<Module>(name: string, importIt: () => Promise<Module>): Promise<Module> {
  try {
    return await importIt();
  } catch (cause) {
    throw new Error(`Tests of definitions need ${name}: install it as a development dependency`, { cause });
  }
}
