import { FeatstoreError } from "../../core/index";
import type { ApiRequest } from "../../http/index";

/**
 * Refuses a form that another site sent. Browsers tell it with `Sec-Fetch-Site`, and without TLS with `Origin` only.
 * Errors: `origin_forbidden`.
 */
export function requireOwnSite(request: ApiRequest, site: string): void {
  if (request.header("sec-fetch-site") === "same-origin" || request.header("origin") === site) return;
  throw new FeatstoreError(
    "origin_forbidden",
    `This form was not sent by a page of ${site}. Open the page there, and send it again.`,
  );
}
