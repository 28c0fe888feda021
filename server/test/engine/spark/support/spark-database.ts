import { sparkFunctions, sparkSettings } from "@featstore/definitions/compiler";
import type { SqlDatabase } from "../../../../../feature-definitions/test/compile/support/databases";
import { openSparkSession } from "../../../../src/engine/spark/connect/index";

/** Opens a session that can run compiled SQL; its temporary views are its own. */
export async function openSparkDatabase(url: string): Promise<SqlDatabase> {
  const settings = {
    ...sparkSettings,
    // Over a few rows, a plan that is adapted while it runs takes twice as long.
    "spark.sql.adaptive.enabled": "false",
    // Rows of a statement's own are computed as those of files, and not while the statement is planned.
    "spark.sql.optimizer.excludedRules": ["ConvertToLocalRelation", "PropagateEmptyRelation"]
      .map((rule) => `org.apache.spark.sql.catalyst.optimizer.${rule}`)
      .join(","),
  };
  const session = await openSparkSession({ engine: "lake", url, settings });
  for (const statement of sparkFunctions) await session.run(statement);
  return {
    engine: "spark",
    query: (text, parameters = []) => session.rows<Readonly<Record<string, string | null>>>(text, { parameters }),
    script: (text) => session.run(text),
    close: () => session.close(),
  };
}
