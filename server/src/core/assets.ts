import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Folders shipped with the server besides its code; the values are paths from this folder in the repository.
 */
const inRepository = {
  migrations: "../../../migrations",
  "samples/state-of-the-union/data": "../../../samples/state-of-the-union/data",
  /** The viewer of the OpenAPI document, `standalone.js`. A development dependency, because it is a finished file. */
  "api-reference": "../../node_modules/@scalar/api-reference/dist/browser",
  /** The texts of licences by SPDX id. A development dependency for the same reason. */
  licences: "../../node_modules/spdx-license-list/licenses",
  /** The style and the script of the pages for people. */
  "portal-files": "../portal/files",
  /** The fonts of the pages. Development dependencies for the same reason. */
  "fonts/geist": "../../node_modules/@fontsource-variable/geist/files",
  "fonts/geist-mono": "../../node_modules/@fontsource-variable/geist-mono/files",
} as const;

type Asset = keyof typeof inRepository;

/**
 * Returns the folder of an asset: next to the built file, where the build copies it and the tarball has it, or in the
 * repository when run from source. Throws if it is in neither, which means that the package is damaged.
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
