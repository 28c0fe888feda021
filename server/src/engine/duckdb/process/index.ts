export { isNoFile } from "./duckdb-failure";
export { type OpenEngine, type OpenEngineOptions, openEngine } from "./open-engine";
export { openOperationFolder, sweepOperations } from "./operation-folder";
export { neededExtensions } from "./session-settings";
export { createInStaging, inStaging, stagingFault } from "./staging-folder";
export { type DuckdbSession, type OperationOptions, withDuckdb } from "./with-duckdb";
