import type { Database } from "../../database/index";
import type { Engine } from "../engine";
import { createDatasetReader } from "./dataset-reader";
import { createExampleKey } from "./example-key";
import { createJoinedRows } from "./joined-rows";
import { createPlanJoin } from "./plan-join";
import { createReplays } from "./replays";
import { createSourceCatalog } from "./source-catalog";
import { sourceState } from "./source-state";
import { transactionWatermark, writesSince } from "./source-writes";
import { createSpineTables } from "./spine-tables";
import { createTableAccess } from "./table-access";
import { createViewFills } from "./view-fills";
import { createViewPlans } from "./view-plans";

/**
 * Creates the engine whose sources lie in the same PostgreSQL database as the registry and the generations. `joins`: the share of the
 * database that joins of training sets may use; default: all of it.
 */
export function createPostgresEngine(database: Database, joins: Database = database): Engine {
  return {
    ...createSourceCatalog(database),
    tableAccess: createTableAccess(database),
    exampleKey: createExampleKey(database),
    sourceState: (source, tenant, options) => sourceState(database, source, tenant, options),
    transactionWatermark: (options) => transactionWatermark(database, options),
    writesSince: (source, tenant, watermark, options) => writesSince(database, source, tenant, watermark, options),
    ...createViewPlans(database),
    ...createViewFills(database),
    ...createReplays(database),
    ...createSpineTables(database),
    planJoin: createPlanJoin(joins),
    ...createJoinedRows(joins),
    ...createDatasetReader(database),
  };
}
