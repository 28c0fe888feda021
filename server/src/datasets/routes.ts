import type { Route } from "../http/index";
import { buildDataset, buildDatasetContract } from "./build-dataset.route";
import type { DatasetServices } from "./dataset-services";
import { type DatasetDownloadServices, downloadRoutes } from "./download/download-routes";
import { listDatasets, listDatasetsContract } from "./list-datasets.route";
import { listSnapshots, listSnapshotsContract } from "./list-snapshots.route";
import { readBuild, readBuildContract } from "./read-build.route";
import { readDataset, readDatasetContract } from "./read-dataset.route";
import { readSnapshot, readSnapshotContract } from "./read-snapshot.route";

export type DatasetRouteServices = DatasetServices & DatasetDownloadServices;

export const datasetRoutes: readonly Route<DatasetRouteServices>[] = [
  {
    contract: listDatasetsContract,
    scope: "datasets:read",
    anonymous: true,
    handler: ({ datasets }) => listDatasets(datasets.store),
  },
  {
    contract: readDatasetContract,
    scope: "datasets:read",
    anonymous: true,
    handler: ({ datasets }) => readDataset(datasets),
  },
  {
    contract: listSnapshotsContract,
    scope: "datasets:read",
    anonymous: true,
    handler: ({ datasets }) => listSnapshots(datasets.store),
  },
  {
    contract: readSnapshotContract,
    scope: "datasets:read",
    anonymous: true,
    handler: ({ datasets }) => readSnapshot(datasets.store),
  },
  { contract: buildDatasetContract, scope: "datasets:write", handler: ({ datasets }) => buildDataset(datasets) },
  { contract: readBuildContract, scope: "datasets:write", handler: ({ datasets }) => readBuild(datasets) },
  ...downloadRoutes,
];
