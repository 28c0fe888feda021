import type { AuthConfig } from "../core/index";
import type { Platform } from "../platform/index";
import type { PortalPages } from "./portal";
import { readPortalFiles } from "./portal-files";
import type { PortalServices } from "./portal-services";
import { connectServices, type PortalModules } from "./services/connect";

/** Creates the pages of a server that people sign in to. */
export function createPortalModule(platform: Platform, auth: AuthConfig, modules: PortalModules): PortalPages {
  return createPortal(platform, auth.baseUrl, connectServices(auth, modules));
}

/** Creates the pages over any services. `site`: the address of the server as people reach it. */
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
