import { FeatstoreError, problemOf } from "../../core/index";
import type { Reply } from "./exchange";

/**
 * Builds the response for anything that a handler threw. Anything but a `FeatstoreError` is reported and becomes
 * `internal`.
 */
export function problemReply(error: unknown, requestId: string, onInternal: (error: unknown) => void): Reply {
  const problem = problemOf(error, requestId);
  if (problem.code === "internal") onInternal(error);
  return {
    status: problem.status,
    contentType: "application/problem+json",
    body: JSON.stringify(problem),
    code: problem.code,
    ...(error instanceof FeatstoreError ? { headers: error.headers } : {}),
  };
}
