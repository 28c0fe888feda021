import type { ApiRequest, Reply } from "../../http/index";
import type { PortalFiles } from "../portal-files";
import { themeOf } from "../request/cookies";
import { pageReply, pageWithViewerReply } from "../request/replies";
import type { Frame } from "../shell/document";
import { ErrorsPage } from "./errors-page";
import { type HealthFacts, HealthPage } from "./health-page";
import { NotFoundPage } from "./not-found-page";
import { ReferencePage } from "./reference-page";

/** The pages of every installation, also of one where nobody signs in. They read nothing from the database. */
export interface PublicPages {
  readonly files: PortalFiles;
  /** For a browser that opens a path that does not exist: 404 `path_not_found`. */
  notFound(request: ApiRequest): Promise<Reply>;
  health(request: ApiRequest, report: HealthFacts): Promise<Reply>;
  errors(request: ApiRequest): Promise<Reply>;
  reference(request: ApiRequest): Promise<Reply>;
}

export interface PublicPagesOptions {
  readonly files: PortalFiles;
  readonly now: () => Date;
  /** True if people sign in. */
  readonly hasPortal: boolean;
}

/** Other clients get JSON from the same paths. */
const headers = { vary: "accept" };

export function publicPages({ files, now, hasPortal }: PublicPagesOptions): PublicPages {
  const frameOf = (request: ApiRequest): Frame => ({
    theme: themeOf(request.header("cookie")),
    files: files.names,
    now: now(),
    path: request.path,
  });
  return {
    files,
    notFound: (request) =>
      pageReply(NotFoundPage({ frame: frameOf(request), hasPortal, requestId: request.requestId }), {
        status: 404,
        code: "path_not_found",
        headers,
      }),
    health: (request, report) => pageReply(HealthPage({ frame: frameOf(request), hasPortal, report }), { headers }),
    errors: (request) => pageReply(ErrorsPage({ frame: frameOf(request), hasPortal })),
    reference: (request) => pageWithViewerReply(ReferencePage({ frame: frameOf(request), hasPortal })),
  };
}
