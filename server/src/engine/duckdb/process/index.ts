export { isNoFile } from "./duckdb-failure";
export { type OpenEngine, type OpenEngineOptions, openEngine } from "./open-engine";
export { sweepOperations } from "./operation-folder";
export { neededExtensions } from "./session-settings";
export { type DuckdbSession, type OperationOptions, withDuckdb } from "./with-duckdb";
