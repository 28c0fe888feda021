import type { OutsideFault } from "../core/index";
import { DatabaseError, refusedConnection } from "../database/index";

/** The state of one part. */
export interface HealthCheck {
  readonly ok: boolean;
  readonly detail: string;
  /** Why the check fails: of the registry, the served values, the database and the other outside parts. */
  readonly code?: DatabaseFault | OutsideFault["code"] | "nothing_applied" | "served_values_differ";
}

export type DatabaseFault = keyof typeof databaseFaults;

const databaseFaults = {
  database_unreachable: "does not answer",
  database_login_failed: "rejects the user name or the password",
  database_certificate_untrusted: "has a certificate that is not trusted: featstore doctor shows the remedy",
  database_schema_missing:
    "answers, but tables of the schema featstore are missing: restore them from a backup, or run featstore apply and featstore materialize, which start from scratch",
  database_refuses: "answers, but rejects statements of the server: featstore doctor shows the reason",
} as const;

export const databaseFaultCodes = Object.keys(databaseFaults) as [DatabaseFault, ...DatabaseFault[]];

/** PostgreSQL's SQLSTATEs for an undefined schema, table and function. */
const NOT_THERE: readonly (string | undefined)[] = ["3F000", "42P01", "42883"];

/** The check of a database that cannot be used. `detail` has a code as the cause, never PostgreSQL's message. */
export function failedDatabase(error: unknown): HealthCheck {
  const code = databaseFaultOf(error);
  const { sqlState, fault } = error instanceof DatabaseError ? error : {};
  const cause = fault?.cause ?? sqlState;
  return { ok: false, code, detail: cause === undefined ? databaseFaults[code] : `${databaseFaults[code]} (${cause})` };
}

function databaseFaultOf(error: unknown): DatabaseFault {
  if (!(error instanceof DatabaseError)) return "database_unreachable";
  if (error.code === "statement_failed")
    return NOT_THERE.includes(error.sqlState) ? "database_schema_missing" : "database_refuses";
  const refused = refusedConnection(error)?.code ?? "";
  return refused === "database_login_failed" || refused === "database_certificate_untrusted"
    ? refused
    : "database_unreachable";
}
