import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folders that come with the server beside its code. */
export type Asset = "migrations" | "samples/state-of-the-union/data";

/**
 * Where an asset is: beside the built file (the build copies it there, and so it is in the packed tarball), or in the
 * repository when run from source. Throws if it is in neither place, which means that the package is damaged.
 *
 * @example const migrations = assetFolder("migrations");
 */
export function assetFolder(asset: Asset): string {
  const here = dirname(fileURLToPath(import.meta.url));
  // Built: dist/. From source: server/src/, two levels below the repository.
  const places = [join(here, asset), join(here, "..", "..", asset)];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) {
    throw new Error(`${asset} was not found in ${places.join(" or ")}: the package is incomplete`);
  }
  return found;
}
