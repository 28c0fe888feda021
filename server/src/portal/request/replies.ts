import type { ErrorCode } from "../../core/index";
import type { Reply } from "../../http/index";
import type { Cookies } from "../portal-services";

/** A rendered page: what JSX makes. */
export interface Html {
  toString(): string | Promise<string>;
}

/**
 * Headers of the pages. The referrer policy is not `no-referrer`: browsers would then send `Origin: null` with the forms,
 * and without TLS nothing else tells that a form is our own. No other site gets a referrer.
 */
const pageHeaders = {
  "content-security-policy": [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
} as const;

interface PageOptions {
  readonly status?: number;
  readonly code?: ErrorCode;
  readonly cookies?: Cookies;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function pageReply(page: Html, options: PageOptions = {}): Promise<Reply> {
  return {
    status: options.status ?? 200,
    contentType: "text/html; charset=utf-8",
    body: `<!doctype html>${await page.toString()}`,
    headers: { ...options.headers, ...pageHeaders },
    cookies: options.cookies ?? [],
    ...(options.code === undefined ? {} : { code: options.code }),
  };
}

/** A page with the viewer of the API, which writes its own styles and sends requests to this server. */
export async function pageWithViewerReply(page: Html): Promise<Reply> {
  const { headers, ...reply } = await pageReply(page);
  const policy = pageHeaders["content-security-policy"]
    .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    .replace("img-src 'self'", "img-src 'self' data:")
    .concat("; connect-src 'self'");
  return { ...reply, headers: { ...headers, "content-security-policy": policy } };
}

/** Where people go who wanted no other page. */
export const FIRST_PAGE = "/portal";

/** Redirects to a page after a form, so that a reload does not send the form again. */
export function seeOther(location: string, cookies: Cookies = []): Reply {
  return {
    status: 303,
    contentType: "text/plain; charset=utf-8",
    body: null,
    headers: { ...pageHeaders, location },
    cookies,
  };
}
