import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folders that come with the server beside its code: where each is in the repository, seen from `server/src`. */
const inRepository = {
  migrations: "../../migrations",
  "samples/state-of-the-union/data": "../../samples/state-of-the-union/data",
  /** The viewer of the OpenAPI document, `standalone.js`; a development dependency, since it is a finished file. */
  "api-reference": "../node_modules/@scalar/api-reference/dist/browser",
} as const;

type Asset = keyof typeof inRepository;

/**
 * Where an asset is: beside the built file (the build copies it there, and so it is in the packed tarball), or in the
 * repository when run from source. Throws if it is in neither place, which means that the package is damaged.
 *
 * @example const migrations = assetFolder("migrations");
 */
export function assetFolder(asset: Asset): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, asset), join(here, inRepository[asset])];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw new Error(`${asset} was not found in ${candidates.join(" or ")}: the package is incomplete`);
  }
  return found;
}
