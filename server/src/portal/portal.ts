import type { PortalFiles } from "./portal-files";
import type { PortalServices } from "./portal-services";

/** Everything that the routes of the pages need. */
export interface PortalPages {
  readonly services: PortalServices;
  /** The address of the server as people reach it, such as `https://features.example.com`. */
  readonly site: string;
  readonly now: () => Date;
  readonly files: PortalFiles;
  /** Called for every internal fault, with the request's id. */
  readonly onFault: (error: unknown, requestId: string) => void;
}
