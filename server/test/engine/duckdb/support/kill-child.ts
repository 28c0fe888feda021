import { createPostgresDatabase } from "../../../../src/database/postgres-database";
import { materialize } from "../../../../src/materialization/materialize";
import { lakeDependencies } from "./lake";

/** What the program gets, as JSON in its first argument. */
export interface KillOrder {
  readonly url: string;
  readonly root: string;
  readonly staging: string;
}

const { url, ...lake } = JSON.parse(process.argv[2] ?? "") as KillOrder;
const database = createPostgresDatabase({ url, poolSize: 2, prepare: false });
const dependencies = await lakeDependencies(database, lake);
await database.query({ text: "select 1" });
process.send?.("begins");
// Runs until it is killed.
for (;;) {
  const { views } = await materialize(dependencies, { views: ["scores"] });
  if (views[0]?.state !== "published") throw new Error(`A run failed: ${JSON.stringify(views)}`);
}
