import { apply } from "./apply";
import { audit } from "./audit";
import { auditLog } from "./audit-log";
import { backfill } from "./backfill";
import { check } from "./check";
import { datasetBuild } from "./dataset-build";
import { datasetDownload } from "./dataset-download";
import { datasetGc } from "./dataset-gc";
import { datasetList } from "./dataset-list";
import { datasetTakedown } from "./dataset-takedown";
import { datasetWithdraw } from "./dataset-withdraw";
import { demo } from "./demo";
import { docs } from "./docs";
import { doctor } from "./doctor";
import { drift } from "./drift";
import { erase } from "./erase";
import { get } from "./get";
import { history } from "./history";
import { init } from "./init";
import { keysCreate } from "./keys-create";
import { keysDisable } from "./keys-disable";
import { keysEnable } from "./keys-enable";
import { keysList } from "./keys-list";
import { keysRevoke } from "./keys-revoke";
import { keysRotate } from "./keys-rotate";
import type { Command } from "./kit/command";
import { materialize } from "./materialize";
import { operatorsAdd } from "./operators-add";
import { operatorsList } from "./operators-list";
import { operatorsRemove } from "./operators-remove";
import { organisationsList } from "./organisations-list";
import { organisationsSetLimits } from "./organisations-set-limits";
import { organisationsSetTenant } from "./organisations-set-tenant";
import { organisationsSetTier } from "./organisations-set-tier";
import { plan } from "./plan";
import { profile } from "./profile";
import { promote } from "./promote";
import { retire } from "./retire";
import { rollback } from "./rollback";
import { runs } from "./runs";
import { sampleGenerate } from "./sample-generate";
import { sampleLoad } from "./sample-load";
import { serve } from "./serve";
import { sql } from "./sql";
import { status } from "./status";
import { test } from "./test";
import { trainingSet } from "./training-set";
import { trainingSetDelete } from "./training-set-delete";
import { types } from "./types";
import { usage } from "./usage";

/** Every command, in the order in which a newcomer needs them. */
export const commands: readonly Command[] = [
  init,
  check,
  test,
  plan,
  apply,
  sql,
  materialize,
  backfill,
  runs,
  status,
  profile,
  drift,
  audit,
  promote,
  rollback,
  retire,
  history,
  serve,
  get,
  trainingSet,
  trainingSetDelete,
  datasetDownload,
  datasetList,
  datasetBuild,
  datasetWithdraw,
  datasetTakedown,
  datasetGc,
  erase,
  keysCreate,
  keysList,
  keysRotate,
  keysDisable,
  keysEnable,
  keysRevoke,
  usage,
  auditLog,
  operatorsAdd,
  operatorsList,
  operatorsRemove,
  organisationsList,
  organisationsSetTier,
  organisationsSetLimits,
  organisationsSetTenant,
  sampleLoad,
  sampleGenerate,
  types,
  docs,
  doctor,
  demo,
];

export { runCli } from "./kit/run-cli";
