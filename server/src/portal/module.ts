import type { Platform } from "../platform/index";
import type { PortalPages } from "./portal";
import { readPortalFiles } from "./portal-files";
import type { PortalServices } from "./portal-services";

/** Creates the pages. `site`: the address of the server as people reach it. */
export function createPortal(
  { clock, logger }: Pick<Platform, "clock" | "logger">,
  site: string,
  services: PortalServices,
): PortalPages {
  return {
    services,
    site: site.replace(/\/$/, ""),
    now: () => new Date(clock() / 1000),
    files: readPortalFiles(),
    onFault: (error, requestId) => logger.error({ err: error, request_id: requestId }, "a page failed"),
  };
}
