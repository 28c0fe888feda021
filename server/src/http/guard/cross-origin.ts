import { FeatstoreError, settingLabel } from "../../core/index";
import type { ApiRequest, Reply } from "../exchange/exchange";

/** Lets pages of other origins call the API in a browser (CORS). */
export interface CrossOrigin {
  /** Returns whether pages of the request's origin may call its path. */
  allows(request: Pick<ApiRequest, "path" | "header">): boolean;
  /** Adds the headers with which a browser shows a response to the page that requested it. */
  addTo(headers: Record<string, string>, request: Pick<ApiRequest, "path" | "header">): void;
}

/** Headers that pages may read besides those that they always may. `Date`: `Retry-After` may be a date. */
const EXPOSED = [
  ...["ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id", "Content-Range", "Accept-Ranges"],
  ...["Repr-Digest", "Content-Disposition", "Location", "Link", "Deprecation", "Sunset", "Date"],
].join(", ");
/** The pages for people. */
const PAGES = /^\/(?:portal|invitations|auth)(?:\/|$)/i;
const METHODS = "GET, HEAD, POST, PATCH, DELETE";
/** Browsers remember the answer to a preflight for at most this long. */
const SECONDS = "7200";

/**
 * Allows these origins, as browsers send them. Never sends `Access-Control-Allow-Credentials`, so that no page of another
 * origin can use the cookie of a signed-in person; the pages for people have no such headers at all.
 */
export function createCrossOrigin(origins: readonly string[]): CrossOrigin | null {
  if (origins.length === 0) return null;
  const allowed = new Set(origins);
  const allows: CrossOrigin["allows"] = (request) => {
    const origin = request.header("origin");
    return origin !== undefined && allowed.has(origin) && !PAGES.test(decoded(request.path));
  };
  return {
    allows,
    addTo(headers, request) {
      // Also without an origin: a cache may not answer a page with a response that was made for none.
      headers.vary = headers.vary === undefined ? "origin" : `${headers.vary}, origin`;
      if (!allows(request)) return;
      headers["access-control-allow-origin"] = request.header("origin") ?? "";
      headers["access-control-expose-headers"] = EXPOSED;
    },
  };
}

/** The router also finds the pages at `/%70ortal`. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Returns whether a browser asks with this request whether a page may send another one. */
export function isPreflight(request: Pick<ApiRequest, "header">): boolean {
  return request.header("origin") !== undefined && request.header("access-control-request-method") !== undefined;
}

/**
 * Answers a preflight; the guard adds the allowed origin. Allows all requested headers, because only a key gives access.
 * Errors: `origin_forbidden`.
 */
export function answerPreflight(crossOrigin: CrossOrigin | null, request: ApiRequest): Reply {
  if (crossOrigin === null || !crossOrigin.allows(request)) {
    const origin = (request.header("origin") ?? "").slice(0, 100);
    throw new FeatstoreError(
      "origin_forbidden",
      `Pages of ${origin} may not call this path. The origins that may call the API are in ${settingLabel("server.cors_origins")}.`,
    );
  }
  const headers = request.header("access-control-request-headers");
  return {
    status: 204,
    contentType: "text/plain",
    body: null,
    headers: {
      "access-control-allow-methods": METHODS,
      ...(headers === undefined ? {} : { "access-control-allow-headers": headers }),
      "access-control-max-age": SECONDS,
    },
  };
}
