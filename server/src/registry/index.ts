export { apply } from "./apply";
export type { CatalogStore } from "./catalog-store";
export { check } from "./check";
export { type Answer, type AnswerWithHeaders, deprecationDocument, deprecationHeaders } from "./deprecation";
export {
  findFeature,
  findService,
  findVersion,
  findView,
  hidesCounts,
  namedEntity,
  servedService,
  successorOf,
  versionLabel,
} from "./find-definitions";
export type { FeatureComparison, NumberSummary, ValueComparison } from "./plan/compare-values";
export { type AbsentView, type Plan, type PlanOptions, plan } from "./plan/plan";
export { type PlannedChanges, planChanges } from "./plan/plan-changes";
export type { ServicePlan } from "./plan/plan-service";
export type { PlannedEffort, PlannedValues, ViewPlan } from "./plan/plan-view";
export type { PlanningStore } from "./plan/planning-store";
export { createPostgresPlanningStore } from "./plan/postgres-planning-store";
export { createPostgresCatalogStore } from "./postgres-catalog-store";
export { createPostgresRegistryStore } from "./postgres-registry-store";
export type {
  DefinitionKind,
  FormerName,
  Generation,
  HistoryChange,
  HistoryEvent,
  NameRetirement,
  Promotion,
  RegisteredService,
  RegisteredView,
  RegistryHistory,
  RegistrySnapshot,
  RegistryStore,
  RegistryWriter,
  Retirement,
  RetirementReport,
  ServedRegistry,
  Versions,
  ViewState,
} from "./registry";
export { RegistryError, withRefusals } from "./registry-error";
export { presentName, withPresentNames } from "./rename-views";
export { namedVersions, versionReference } from "./version-reference";
