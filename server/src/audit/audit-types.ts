import type { Engine } from "../engine/index";
import type { OnlineStore } from "../serving/index";
import type { AuditStore } from "./audit-store";

export interface AuditDependencies {
  readonly audit: AuditStore;
  readonly engine: Engine;
  /** Reads the generations' own tables, bypassing every cache. */
  readonly tables: Pick<OnlineStore, "read" | "readVectors">;
}

export interface AuditOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}
