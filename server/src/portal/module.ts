import type { AuthConfig } from "../core/index";
import type { KeyService } from "../keys/index";
import type { Platform } from "../platform/index";
import type { FindExampleRead } from "../serving/index";
import type { UsageReading } from "../usage/index";
import type { PortalPages } from "./portal";
import { type PortalFiles, readPortalFiles } from "./portal-files";
import type { PortalServices } from "./portal-services";
import { type PublicPages, publicPages } from "./public/public-pages";
import { accountPort } from "./services/account";
import { keysPort } from "./services/keys";
import { type SignInModules, signInPort } from "./services/sign-in";
import { usagePort } from "./services/usage";

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

/** The services that the pages read and change. */
interface PortalModules extends SignInModules {
  readonly keys: KeyService;
  readonly usage: UsageReading;
  readonly findExample: FindExampleRead;
}

/** Connects the pages with the services that the API uses, which check everything again. */
function connectServices(
  auth: AuthConfig,
  { identity, sessions, organisations, keys, usage, findExample }: PortalModules,
): PortalServices {
  return {
    signIn: signInPort(auth, { identity, sessions, organisations }),
    keys: keysPort({ keys, tierOf: usage.tierOf, findExample }),
    usage: usagePort(usage),
    account: accountPort(organisations, identity),
  };
}
