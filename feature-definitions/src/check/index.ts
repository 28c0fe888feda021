export * from "./catalog";
export { checkCatalog } from "./check-catalog";
export { checkRenames, type KnownNames } from "./check-renames";
export { checkVersions, type RegisteredVersion } from "./check-versions";
export { canRead, readersOf } from "./database-types";
export { type Diagnostic, type DiagnosticCode, diagnostic, diagnosticTable, type Severity } from "./diagnostics";
export { nearestName } from "./nearest";
export type { CheckOptions } from "./report";
export * from "./validate";
