export { type AuditLog, createAuditLog } from "./audit-log-store";
export { AuditParameters } from "./list-audit-log.route";
