export type { AnswerSampler } from "./answer-sampler";
export { auditAnswers } from "./audit";
export {
  type AuditReport,
  type DifferenceExample,
  differenceClasses,
  type FeatureAudit,
  type ServiceAudit,
  type ViewAudit,
} from "./audit-report";
export { createAuditStore } from "./audit-store";
