export { type Actor, commandActor, keyActor, personActor } from "./actor";
export { assetFolder } from "./assets";
export { type BackgroundWrites, writeInBackground } from "./background-writes";
export { type BoundedMap, createBoundedMap } from "./bounded-map";
export { CommandProblem, type ExitName, exitCodes, type ProblemParts } from "./command-problem";
export {
  type AuthConfig,
  type Config,
  type EngineSettings,
  loadConfig,
  processEnvironment,
  type RedisConfig,
} from "./config";
export { type CronReader, type CronTimes, createCronReader, cronTimes } from "./cron-times";
export { type DriftSettings, type Measure, measures, type Thresholds } from "./drift-thresholds";
export { emailAddress } from "./email-address";
export { errorTable } from "./error-table";
export { type ErrorCode, type Fault, FeatstoreError, fullDisk, httpErrorCodes, problemOf } from "./errors";
export { generatedSecret } from "./generated-secret";
export { hashShare } from "./hash-share";
export { holdLease } from "./hold-lease";
export { eachElement, eachMember, JsonTextError } from "./json-text";
export { keyText } from "./key-text";
export { createLogger, type Logger } from "./logger";
export { isLoopback } from "./loopback";
export { mapConcurrently } from "./map-concurrently";
export { mapMaybe } from "./map-maybe";
export { addressGroup, createNetworks, isNetwork, type Networks, networksBeyond } from "./networks";
export {
  connectionFault,
  type OutsideFault,
  outsideFaultAdvice,
  outsideFaultCodes,
  outsideFaultText,
} from "./outside-fault";
export { ownPath } from "./own-path";
export { packageVersion, writerVersions } from "./package-version";
export { printableFault } from "./printable-name";
export { derivedId, randomId } from "./random-id";
export { repeat } from "./repeat";
export { bodyMembers, elementTexts, invalidBody, parsed } from "./request-body";
export { invalidParameter, parseQuery } from "./request-parameters";
export {
  beyond,
  createGrants,
  type Grants,
  isOperatorScope,
  namePatternFault,
  READ_SCOPES,
  SCOPE_PATTERN,
  SCOPES,
  type Scope,
  scopeFault,
} from "./scopes";
export { defaultNumber, settingLabel, withVariables } from "./settings";
export type { SslMode } from "./ssl-modes";
export { startProcess, startWorker } from "./start-worker";
export { listNames, suggest } from "./suggest";
export { createTenantQueue } from "./tenant-queue";
export type {
  LimitChanges,
  MonthlyQuota,
  Rate,
  Tier,
  Tiers,
} from "./tiers";
export { createTimeReader } from "./time-reader";
