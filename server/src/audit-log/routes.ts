import type { Route } from "../http/index";
import type { AuditLog } from "./audit-log-store";
import { listAuditLog, listAuditLogContract } from "./list-audit-log.route";

export interface AuditLogServices {
  readonly auditLog: AuditLog;
}

export const auditLogRoutes: readonly Route<AuditLogServices>[] = [
  {
    contract: listAuditLogContract,
    scope: "account:read",
    sessions: true,
    handler: ({ auditLog }) => listAuditLog(auditLog),
  },
];
