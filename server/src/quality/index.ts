export type { FeatureDrift } from "./drift/feature-drift";
export { driftDocument, measureNames } from "./drift-document";
export { type DriftBaseline, driftReport, type ProfileOf } from "./drift-report";
export { findGeneration, findProfile, findVersion } from "./find-generation";
export { createPostgresQualityStore } from "./postgres-quality-store";
export { profileDocument } from "./profile-document";
export type { FailedView, QualityStore } from "./quality-store";
export { recordDrift } from "./record-drift";
