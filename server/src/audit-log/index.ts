export { auditFilter } from "./audit-log-query";
export { type AuditLog, createAuditLog } from "./audit-log-store";
