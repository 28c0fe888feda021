import type { ErrorCode } from "../../core/index";
import type { SnapshotPlan, WrittenSnapshot } from "./snapshot-plan";

export interface WriteWorkerData {
  readonly plan: SnapshotPlan;
  readonly memoryMb: number;
}

/** Pieces of COPY text, whose memory moves to the thread and back. */
export type WriteRequest =
  | { readonly kind: "piece"; readonly buffer: ArrayBuffer; readonly bytes: number }
  | { readonly kind: "end" };

export type WriteReply =
  | { readonly kind: "taken"; readonly buffer: ArrayBuffer }
  | { readonly kind: "written"; readonly written: WrittenSnapshot }
  | { readonly kind: "failure"; readonly code: ErrorCode; readonly detail: string };
