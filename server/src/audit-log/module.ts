import { pruneDaily } from "../database/index";
import type { Platform } from "../platform/index";
import { type AuditLog, createAuditLog } from "./audit-log-store";

/** Creates the audit log; a server that writes prunes it once a day. */
export function createAuditLogModule({ config, database, logger, materializes, onClose }: Platform): AuditLog {
  if (materializes) {
    onClose(
      pruneDaily(database, {
        prune: "prune_audit_log",
        keptDays: config.auditLog.keptDays,
        onFault: (error) => logger.warn({ err: error }, "old rows of the audit log could not be deleted"),
      }),
    );
  }
  return createAuditLog(database);
}
