import type { AuthConfig } from "../core/index";
import type { Platform } from "../platform/index";
import type { PortalPages } from "./portal";
import { type PortalFiles, readPortalFiles } from "./portal-files";
import type { PortalServices } from "./portal-services";
import { type PublicPages, publicPages } from "./public/public-pages";
import { connectServices, type PortalModules } from "./services/connect";

/** Creates the pages of a server that people sign in to. */
export function createPortalModule(
  platform: Platform,
  auth: AuthConfig,
  files: PortalFiles,
  modules: PortalModules,
): PortalPages {
  return createPortal(platform, { site: auth.baseUrl, files, services: connectServices(auth, modules) });
}

/** Creates the pages of every server. `hasPortal`: true if people sign in. */
export function createPublicPages({ clock }: Pick<Platform, "clock">, hasPortal: boolean): PublicPages {
  return publicPages({ files: readPortalFiles(), now: () => new Date(clock() / 1000), hasPortal });
}

export interface PortalOptions {
  /** The address of the server as people reach it. */
  readonly site: string;
  readonly files: PortalFiles;
  readonly services: PortalServices;
}

/** Creates the pages over any services. */
export function createPortal(
  { clock, logger }: Pick<Platform, "clock" | "logger">,
  { site, files, services }: PortalOptions,
): PortalPages {
  return {
    services,
    site: site.replace(/\/$/, ""),
    now: () => new Date(clock() / 1000),
    files,
    onFault: (error, requestId) => logger.error({ err: error, request_id: requestId }, "a page failed"),
  };
}
