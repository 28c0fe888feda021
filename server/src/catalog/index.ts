export { type Catalog, createCatalog } from "./catalog";
export { listFeatureServices, listFeatureServicesContract } from "./list-feature-services.route";
export { listFeatureViews, listFeatureViewsContract } from "./list-feature-views.route";
export { readFeatureService, readFeatureServiceContract } from "./read-feature-service.route";
export { readFeatureView, readFeatureViewContract } from "./read-feature-view.route";
export { readFeatureViewVersion, readFeatureViewVersionContract } from "./read-feature-view-version.route";
export { readRowSchema, readRowSchemaContract } from "./read-row-schema.route";
