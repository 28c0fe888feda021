export { apply } from "./apply";
export { check } from "./check";
export { deprecationDocument, deprecationHeaders } from "./deprecation";
export {
  findFeature,
  findService,
  findVersion,
  findView,
  hidesCounts,
  namedEntity,
  servedService,
  versionLabel,
} from "./find-definitions";
export type { FeatureComparison, NumberSummary, ValueComparison } from "./plan/compare-values";
export { type AbsentView, type Plan, type PlanOptions, plan } from "./plan/plan";
export { type PlannedChanges, planChanges } from "./plan/plan-changes";
export type { ServicePlan } from "./plan/plan-service";
export type { DiffLine, PlannedEffort, PlannedValues, ViewPlan } from "./plan/plan-view";
export { createPlanningStore, type PlanningStore } from "./plan/planning-store";
export { forbidden, type RegistryReader, readableSnapshot } from "./readable-snapshot";
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
  Retirement,
  RetirementReport,
  ServedRegistry,
  Versions,
  ViewState,
} from "./registry";
export { createRegistryStore, type RegistryStore, type RegistryWriter } from "./registry-store";
export { namesBefore, presentName, type ViewNames, withPresentNames } from "./rename-views";
export { readServedGeneration } from "./served-generation";
export { namedVersions, splitReference, versionReference } from "./version-reference";
