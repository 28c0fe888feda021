import type { PortalFiles } from "./portal-files";
import type { PortalServices } from "./portal-services";

/** The pages of a server, without what only the application knows. */
export interface PortalPages {
  readonly services: PortalServices;
  /** The address of the server as people reach it, such as `https://features.example.com`. */
  readonly site: string;
  readonly now: () => Date;
  readonly files: PortalFiles;
  /** Called for every internal fault, with the request's id. */
  readonly onFault: (error: unknown, requestId: string) => void;
}

/** Everything that the routes of the pages need. */
export interface MountedPages extends PortalPages {
  /** Method and path of each operation of the API, by its `operationId`. */
  readonly endpoints: ReadonlyMap<string, string>;
}
