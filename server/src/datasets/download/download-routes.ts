import type { Route } from "../../http/index";
import { acceptTerms, acceptTermsContract } from "./accept-terms.route";
import { cancelExport, cancelExportContract } from "./cancel-export.route";
import { createExport, createExportContract } from "./create-export.route";
import { downloadDataset, downloadDatasetContract } from "./download-dataset.route";
import { downloadDatasetFile, downloadDatasetFileContract } from "./download-dataset-file.route";
import { downloadExport, downloadExportContract } from "./download-export.route";
import type { Downloads } from "./downloads";
import { readExport, readExportContract } from "./read-export.route";
import { readTerms, readTermsContract } from "./read-terms.route";

export interface DatasetDownloadServices {
  readonly datasetDownloads: Downloads;
}

const scope = "datasets:read";

export const downloadRoutes: readonly Route<DatasetDownloadServices>[] = [
  {
    contract: downloadDatasetContract,
    scope,
    anonymous: true,
    downloads: true,
    handler: ({ datasetDownloads }) => downloadDataset(datasetDownloads),
  },
  {
    contract: downloadDatasetFileContract,
    scope,
    anonymous: true,
    downloads: true,
    handler: ({ datasetDownloads }) => downloadDatasetFile(datasetDownloads),
  },
  {
    contract: readTermsContract,
    scope,
    anonymous: true,
    handler: ({ datasetDownloads }) => readTerms(datasetDownloads),
  },
  { contract: acceptTermsContract, scope, handler: ({ datasetDownloads }) => acceptTerms(datasetDownloads) },
  { contract: createExportContract, scope, handler: ({ datasetDownloads }) => createExport(datasetDownloads) },
  { contract: readExportContract, scope, handler: ({ datasetDownloads }) => readExport(datasetDownloads) },
  { contract: cancelExportContract, scope, handler: ({ datasetDownloads }) => cancelExport(datasetDownloads) },
  {
    contract: downloadExportContract,
    scope,
    downloads: true,
    handler: ({ datasetDownloads }) => downloadExport(datasetDownloads),
  },
];
