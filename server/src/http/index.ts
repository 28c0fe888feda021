export { instant } from "./contract/instant";
export { exactArray, memberNames } from "./contract/members";
export { openApiDocument } from "./contract/openapi";
export { postOnly } from "./contract/post-only";
export { problems } from "./contract/problem-responses";
export { requestOf } from "./contract/request-of";
export {
  choice,
  codes,
  type DocumentOf,
  header,
  IdempotencyKey,
  json,
  jsonBody,
  jsonText,
  keyed,
  keyedOrSession,
  names,
  open,
  ordinal,
  orMediaType,
  session,
  taggedJson,
  text,
  warningJson,
  wholeNumber,
} from "./contract/responses";
export type { Route } from "./contract/route";
export { checked } from "./contract/schema-faults";
export {
  BatchAnswer,
  ComputedMetadata,
  Deprecation,
  EntityId,
  EntityKeyValue,
  FeatureValue,
  featuresOrService,
  has,
  hasOneOf,
  partOfService,
  RowMetadata,
  RowStatus,
  ViewStatus,
} from "./contract/schemas";
export { acceptedType, prefersPage } from "./exchange/accepted-type";
export { compressed } from "./exchange/compressed";
export { countedBytes } from "./exchange/counted-bytes";
export type { ApiRequest, Handler, Reply } from "./exchange/exchange";
export { fileReply, requestedPart, type ServedFile } from "./exchange/file-reply";
export { holderOf } from "./exchange/holder-of";
export { mediaTypeIn } from "./exchange/media-type";
export { unlessKnown } from "./exchange/not-modified";
export { readJsonText } from "./exchange/read-json-text";
export { requirePlainBody, requireUtf8, unsupportedMediaType } from "./exchange/require-plain-body";
export { DamagedBytes, verifiedBytes } from "./exchange/verified-bytes";
export { keyRequired } from "./guard/authenticate";
export { answerPreflight, isPreflight } from "./guard/cross-origin";
export { type Guarded, type GuardOptions, guard } from "./guard/guard";
export type { KeyAuthenticator, KeyHolder, KeyLimits, Person, SessionReader } from "./guard/principal";
export type { RateLimitHeaders, RequestLimiter } from "./guard/request-limiter";
export type { RequestMeter } from "./guard/request-meter";
export { answerWeb } from "./server/answer-web";
export { createHttpServer } from "./server/create-http-server";
export { withDirectReads } from "./server/direct-reads";
export { refuseUnreadable } from "./server/refused-requests";
