export { artistProfile, healthy, hitPredictor } from "./contract/examples";
export { openApiDocument } from "./contract/openapi";
export { postOnly } from "./contract/post-only";
export {
  choice,
  codes,
  header,
  json,
  jsonBody,
  keyed,
  open,
  ordinal,
  problems,
  taggedJson,
  text,
  warningJson,
} from "./contract/responses";
export {
  AsOf,
  BatchAnswer,
  BatchRequest,
  EmbeddingsAnswer,
  EntityId,
  FeatureDrift,
  FeatureServiceList,
  FeatureServiceVersions,
  FeaturesAnswer,
  FeatureView,
  FeatureViewList,
  FeatureViewVersion,
  featuresOrService,
  Health,
  has,
  hasOneOf,
  LatencyBudget,
  RowStatus,
  ViewStatus,
} from "./contract/schemas";
export { docs, docsContract } from "./docs/docs.route";
export { docsErrors, docsErrorsContract } from "./docs/docs-errors.route";
export { docsScalarScript, docsScalarScriptContract } from "./docs/docs-scalar-script.route";
export { docsSlash, docsSlashContract } from "./docs/docs-slash.route";
export { docsViewerScript, docsViewerScriptContract } from "./docs/docs-viewer-script.route";
export { entry, entryContract } from "./docs/entry.route";
export { favicon, faviconContract } from "./docs/favicon.route";
export { openapi, openapiContract } from "./docs/openapi.route";
export { acceptedType } from "./exchange/accepted-type";
export { ApiExchange } from "./exchange/api-exchange";
export { compressed } from "./exchange/compressed";
export type { ApiRequest, Handler } from "./exchange/exchange";
export { mediaTypeIn } from "./exchange/media-type";
export { namesTag, unlessKnown } from "./exchange/not-modified";
export { readJsonText } from "./exchange/read-json-text";
export { type NodeIncoming, targetOf, WebSource } from "./exchange/request-source";
export { requirePlainBody, requireUtf8, unsupportedMediaType } from "./exchange/require-plain-body";
export { segment } from "./exchange/segment";
export { createAccessLog } from "./guard/access-log";
export { type BurstCounter, type BurstTaken, createBurstCounter, createBurstLimiter } from "./guard/burst-limit";
export { createFailedAttempts } from "./guard/failed-attempts";
export { type Guarded, type GuardedResponse, type GuardOptions, guard } from "./guard/guard";
export { type KeyAuthenticator, type KeyHolder, READ_SCOPES, SCOPES, type Scope } from "./guard/principal";
export { createRequestMetrics } from "./guard/request-metrics";
export { isSpine, withArrivalDeadline } from "./server/arrival-deadline";
export { withDirectReads } from "./server/direct-reads";
export { refuseBrokenRequests, refuseUnreadable } from "./server/refused-requests";
export { createSlowReaders, type SlowReaders } from "./server/slow-readers";
export { withDiscardedBodies } from "./server/unread-bodies";
