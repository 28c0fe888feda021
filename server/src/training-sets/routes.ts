import type { AuditLog } from "../audit-log/index";
import type { Route } from "../http/index";
import type { UsageMeter, UsageTracker } from "../usage/index";
import { cancelTrainingSet, cancelTrainingSetContract } from "./cancel-training-set.route";
import { createTrainingSet, createTrainingSetContract } from "./create-training-set.route";
import { deleteTrainingSet, deleteTrainingSetContract } from "./delete-training-set.route";
import { downloadTrainingSet, downloadTrainingSetContract } from "./download-training-set.route";
import { readTrainingSet, readTrainingSetContract } from "./read-training-set.route";
import type { SpineReception } from "./spine/receive-spine";
import type { TrainingSets } from "./training-sets";

export interface TrainingSetServices {
  readonly trainingSets: {
    readonly sets: TrainingSets;
    /** How spines that are sent as files are received. */
    readonly spines: SpineReception;
    /** Called for every training set that is made or downloaded, with the key and the views. */
    readonly onRead?: UsageTracker["record"];
    /** Called for the bytes of downloads that were sent. */
    readonly onSent?: UsageMeter["countBytes"];
    /** Records downloads. */
    readonly auditLog?: AuditLog;
  };
}

export const trainingSetRoutes: readonly Route<TrainingSetServices>[] = [
  {
    contract: createTrainingSetContract,
    scope: "training:write",
    handler: ({ trainingSets }) => createTrainingSet(trainingSets),
  },
  {
    contract: readTrainingSetContract,
    scope: "training:read",
    handler: ({ trainingSets }) => readTrainingSet(trainingSets.sets),
  },
  {
    contract: cancelTrainingSetContract,
    scope: "training:write",
    handler: ({ trainingSets }) => cancelTrainingSet(trainingSets.sets),
  },
  {
    contract: deleteTrainingSetContract,
    scope: "training:write",
    handler: ({ trainingSets }) => deleteTrainingSet(trainingSets.sets),
  },
  {
    contract: downloadTrainingSetContract,
    scope: "training:read",
    downloads: true,
    handler: ({ trainingSets }) => downloadTrainingSet(trainingSets),
  },
];
