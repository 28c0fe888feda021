import type { Route } from "../http/index";
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

export const keyRoutes: readonly Route<KeyServices>[] = [
  { contract: listKeysContract, scope: "keys:read", handler: ({ keyRoutes: services }) => listKeys(services) },
  { contract: createKeyContract, scope: "keys:write", handler: ({ keyRoutes: services }) => createKey(services) },
  { contract: readKeyContract, scope: "keys:read", handler: ({ keyRoutes: services }) => readKey(services) },
  { contract: changeKeyContract, scope: "keys:write", handler: ({ keyRoutes: services }) => changeKey(services) },
  { contract: revokeKeyContract, scope: "keys:write", handler: ({ keyRoutes: services }) => revokeKey(services) },
  { contract: rotateKeyContract, scope: "keys:write", handler: ({ keyRoutes: services }) => rotateKey(services) },
];
