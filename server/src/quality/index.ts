export type { FeatureDrift } from "./drift/feature-drift";
export { driftDocument, measureNames } from "./drift-document";
export { type DriftBaseline, driftReport, type ProfileOf } from "./drift-report";
export { findGeneration, findProfile } from "./find-generation";
export { profileDocument } from "./profile-document";
export { createQualityStore, type FailedView, type QualityStore, type ViewName } from "./quality-store";
export { recordDrift } from "./record-drift";
