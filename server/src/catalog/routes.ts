import type { Route } from "../http/index";
import type { Catalog } from "./catalog";
import { listFeatureServices, listFeatureServicesContract } from "./list-feature-services.route";
import { listFeatureViews, listFeatureViewsContract } from "./list-feature-views.route";
import { readFeatureService, readFeatureServiceContract } from "./read-feature-service.route";
import { readFeatureView, readFeatureViewContract } from "./read-feature-view.route";
import { readFeatureViewVersion, readFeatureViewVersionContract } from "./read-feature-view-version.route";
import { readRowSchema, readRowSchemaContract } from "./read-row-schema.route";

export interface CatalogServices {
  readonly catalog: Catalog;
}

const scope = "registry:read";

export const catalogRoutes: readonly Route<CatalogServices>[] = [
  { contract: listFeatureViewsContract, scope, handler: ({ catalog }) => listFeatureViews(catalog) },
  { contract: readFeatureViewContract, scope, handler: ({ catalog }) => readFeatureView(catalog) },
  { contract: readFeatureViewVersionContract, scope, handler: ({ catalog }) => readFeatureViewVersion(catalog) },
  { contract: readRowSchemaContract, scope, handler: ({ catalog }) => readRowSchema(catalog) },
  { contract: listFeatureServicesContract, scope, handler: ({ catalog }) => listFeatureServices(catalog) },
  { contract: readFeatureServiceContract, scope, handler: ({ catalog }) => readFeatureService(catalog) },
];
