import { join } from "node:path";
import { assetFolder, packageVersion } from "../core/index";
import type { Route } from "./contract/route";
import { docsContract } from "./docs/docs.route";
import { docsErrorsContract } from "./docs/docs-errors.route";
import { docsScalarScript, docsScalarScriptContract } from "./docs/docs-scalar-script.route";
import { docsSlash, docsSlashContract } from "./docs/docs-slash.route";
import { entry, entryContract } from "./docs/entry.route";
import { favicon, faviconContract } from "./docs/favicon.route";
import type { Handler } from "./exchange/exchange";

/** The pages that describe the API. */
export interface DocsServices {
  readonly pages: { readonly errors: Handler; readonly reference: Handler };
}

export const docsRoutes: readonly Route<DocsServices>[] = [
  { contract: docsContract, scope: null, handler: ({ pages }) => pages.reference },
  { contract: docsErrorsContract, scope: null, handler: ({ pages }) => pages.errors },
  { contract: docsSlashContract, scope: null, handler: () => docsSlash() },
  { contract: docsScalarScriptContract, scope: null, handler: () => docsScalarScript(scalarScriptPath) },
  { contract: entryContract, scope: null, handler: () => entry(packageVersion()) },
  { contract: faviconContract, scope: null, handler: () => favicon() },
];

function scalarScriptPath(): string {
  return join(assetFolder("api-reference"), "standalone.js");
}
