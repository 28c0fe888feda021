import { join } from "node:path";
import { assetFolder, packageVersion } from "../core/index";
import type { Route } from "./contract/route";
import { docsContract } from "./docs/docs.route";
import { docsErrorsContract } from "./docs/docs-errors.route";
import { docsScalarScript, docsScalarScriptContract } from "./docs/docs-scalar-script.route";
import { docsSlash, docsSlashContract } from "./docs/docs-slash.route";
import { entry, entryContract } from "./docs/entry.route";
import { favicon, faviconContract } from "./docs/favicon.route";
import { openapi, openapiContract } from "./docs/openapi.route";
import type { Handler } from "./exchange/exchange";

/** The pages that describe the API. */
export interface DocsServices {
  readonly pages: { readonly errors: Handler; readonly reference: Handler };
}

/** `openApiText`: returns the text of the OpenAPI document of all routes, these included. */
export const docsRoutes = (openApiText: () => string): readonly Route<DocsServices>[] => [
  { contract: openapiContract, scope: null, handler: () => openapi(openApiText) },
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
