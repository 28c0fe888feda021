import type { Route } from "../../http/index";
import { downloadDatasetFile, downloadDatasetFileContract } from "./download-dataset-file.route";
import type { Downloads } from "./downloads";

export interface DatasetDownloadServices {
  readonly datasetDownloads: Downloads;
}

export const downloadRoutes: readonly Route<DatasetDownloadServices>[] = [
  {
    contract: downloadDatasetFileContract,
    scope: "datasets:read",
    anonymous: true,
    downloads: true,
    handler: ({ datasetDownloads }) => downloadDatasetFile(datasetDownloads),
  },
];
