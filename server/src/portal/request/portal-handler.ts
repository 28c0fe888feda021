import { errorTable, FeatstoreError, problemOf } from "../../core/index";
import type { ApiRequest, Handler, Reply } from "../../http/index";
import type { MountedPages } from "../portal";
import type { Caller, Client, PortalServices, Visitor } from "../portal-services";
import type { Frame } from "../shell/document";
import { ErrorPage } from "../shell/error-page";
import { themeOf } from "./cookies";
import { type Form, readForm } from "./form";
import { pageReply, seeOther } from "./replies";

/** A request for a page. */
export interface Visit {
  readonly portal: MountedPages;
  readonly services: PortalServices;
  readonly request: ApiRequest;
  readonly client: Client;
  readonly frame: Frame;
  readonly query: URLSearchParams;
}

export interface MemberVisit extends Visit {
  readonly caller: Caller;
}

type PortalHandler = (portal: MountedPages) => Handler;

/** Answers for everyone. */
export function openPage(answer: (visit: Visit) => Promise<Reply>): PortalHandler {
  return (portal) => (request) => {
    const visit = visitOf(portal, request);
    return answer(visit).catch((error: unknown) => errorReply(visit, error, null));
  };
}

/** Reads a form of our own pages. */
export function openForm(answer: (visit: Visit, form: Form) => Promise<Reply>): PortalHandler {
  return openPage(async (visit) => {
    requireOwnSite(visit.request, visit.portal.site);
    return answer(visit, await readForm(visit.request));
  });
}

/** Answers for signed-in people; others are sent to sign in, and come back. */
export function memberPage(answer: (visit: MemberVisit) => Promise<Reply>): PortalHandler {
  return openPage(async (visit) => {
    const visitor = await visit.services.signIn.visitor(visit.client);
    if (visitor === null) {
      const back = visit.request.method === "POST" ? "/portal" : visit.frame.path;
      return seeOther(`/portal/sign-in?next=${encodeURIComponent(back)}`);
    }
    const caller = { ...visitor, client: visit.client };
    return answer({ ...visit, caller }).catch((error: unknown) => errorReply(visit, error, visitor));
  });
}

/** Reads a form of our own pages that changes something for a signed-in person. */
export function memberForm(answer: (visit: MemberVisit, form: Form) => Promise<Reply>): PortalHandler {
  return memberPage(async (visit) => {
    requireOwnSite(visit.request, visit.portal.site);
    return answer(visit, await readForm(visit.request));
  });
}

function visitOf(portal: MountedPages, request: ApiRequest): Visit {
  const cookie = request.header("cookie");
  const path = request.query === "" ? request.path : `${request.path}?${request.query}`;
  return {
    portal,
    services: portal.services,
    request,
    client: { address: request.address, cookie, userAgent: request.header("user-agent") },
    frame: { theme: themeOf(cookie), files: portal.files.names, now: portal.now(), path },
    query: new URLSearchParams(request.query),
  };
}

/** A page for anything that was thrown. Faults that callers did not cause are reported. */
export function errorReply({ portal, request, frame }: Visit, error: unknown, visitor: Visitor | null): Promise<Reply> {
  const { status, code, detail, title } = problemOf(error, request.requestId);
  if (code === "internal") portal.onFault(error, request.requestId);
  // To load the same page again helps only with faults that pass.
  const retry = request.method === "GET" && (status >= 500 || status === 429) ? frame.path : null;
  const page = ErrorPage({ frame, visitor, title, detail, code, requestId: request.requestId, retry });
  const headers = error instanceof FeatstoreError && errorTable[code].status !== 0 ? error.headers : {};
  return pageReply(page, { status, code, headers });
}

/**
 * Refuses a form that another site sent. Browsers tell it with `Sec-Fetch-Site`, and without TLS with `Origin` only.
 * Errors: `origin_forbidden`.
 */
function requireOwnSite(request: ApiRequest, site: string): void {
  if (request.header("sec-fetch-site") === "same-origin" || request.header("origin") === site) return;
  throw new FeatstoreError(
    "origin_forbidden",
    `This form was not sent by a page of ${site}. Open the page there, and send it again.`,
  );
}
