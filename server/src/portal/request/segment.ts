import { FeatstoreError } from "../../core/index";
import type { ApiRequest } from "../../http/index";

/** Returns the decoded path segment at a position; position 1 follows the first slash. Errors: `path_not_found`. */
export function segment(request: ApiRequest, position: number): string {
  try {
    return decodeURIComponent(request.path.split("/")[position] ?? "");
  } catch {
    throw new FeatstoreError("path_not_found", "The path has an invalid percent-encoding.");
  }
}
