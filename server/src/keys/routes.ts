import type { Scope } from "../core/index";
import type { Handler, Route } from "../http/index";
import { changeKey, changeKeyContract } from "./change-key.route";
import { createKey, createKeyContract } from "./create-key.route";
import type { KeyRouteServices } from "./key-requests";
import { listKeys, listKeysContract } from "./list-keys.route";
import { readKey, readKeyContract } from "./read-key.route";
import { revokeKey, revokeKeyContract } from "./revoke-key.route";
import { rotateKey, rotateKeyContract } from "./rotate-key.route";

export interface KeyServices {
  readonly keyRoutes: KeyRouteServices;
}

const route = (contract: Route<never>["contract"], scope: Scope, create: (services: KeyRouteServices) => Handler) => ({
  contract,
  scope,
  sessions: true as const,
  handler: ({ keyRoutes: services }: KeyServices) => create(services),
});

export const keyRoutes: readonly Route<KeyServices>[] = [
  route(listKeysContract, "keys:read", listKeys),
  route(createKeyContract, "keys:write", createKey),
  route(readKeyContract, "keys:read", readKey),
  route(changeKeyContract, "keys:write", changeKey),
  route(revokeKeyContract, "keys:write", revokeKey),
  route(rotateKeyContract, "keys:write", rotateKey),
];
