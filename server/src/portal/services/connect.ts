import type { AuthConfig } from "../../core/index";
import type { KeyService } from "../../keys/index";
import type { FindExampleRead } from "../../serving/index";
import type { UsageReading } from "../../usage/index";
import type { PortalServices } from "../portal-services";
import { accountPort } from "./account";
import { keysPort } from "./keys";
import { type SignInModules, signInPort } from "./sign-in";
import { usagePort } from "./usage";

/** The services that the pages read and change. */
export interface PortalModules extends SignInModules {
  readonly keys: KeyService;
  readonly usage: UsageReading;
  readonly findExample: FindExampleRead;
}

/** Connects the pages with the services that the API uses, which check everything again. */
export function connectServices(
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
