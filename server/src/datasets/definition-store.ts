import { type Dataset, documentHash, parseDataset } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, ownQuery, refuseStoreFault } from "../database/index";
import type { RegisteredDataset } from "./dataset-types";

/** The applied definitions of datasets. Errors: `store_unavailable`, `store_timeout`. */
export interface DatasetDefinitions {
  /** Lists them by name. */
  datasets(options?: CallOptions): Promise<readonly RegisteredDataset[]>;
  /** Undefined if no dataset of this name was applied. */
  dataset(name: string, options?: CallOptions): Promise<RegisteredDataset | undefined>;
  /** Writes definitions in one statement, and returns the names of those that differ from the applied ones. */
  apply(datasets: readonly Dataset[], appliedBy: string): Promise<readonly string[]>;
}

const SHORT_MS = 15_000;

const SELECT = `select definition::text as definition, featstore.epoch_microseconds(applied_at)::text as "appliedAt"
from featstore.datasets`;

interface DatasetRow {
  readonly definition: string;
  readonly appliedAt: string;
}

/** Reads and writes `featstore.datasets`. */
export function createDatasetDefinitions(database: Database): DatasetDefinitions {
  return {
    async datasets(options) {
      const rows = await database
        .query<DatasetRow>({ text: `${SELECT} order by name collate "C"` }, { deadlineMs: SHORT_MS, ...options })
        .catch(refuseStoreFault);
      return rows.map(registeredDataset);
    },
    async dataset(name, options) {
      const [row] = await database
        .query<DatasetRow>(
          { text: `${SELECT} where name = $1::text`, parameters: [name] },
          { deadlineMs: SHORT_MS, ...options },
        )
        .catch(refuseStoreFault);
      return row && registeredDataset(row);
    },
    async apply(datasets, appliedBy) {
      const documents = datasets.map((definition) => ({
        name: definition.name,
        definition,
        documentHash: documentHash(definition),
      }));
      const rows = await ownQuery<{ name: string }>(
        database,
        {
          text: "select name from featstore.apply_datasets($1::text::jsonb, $2::text) as name",
          parameters: [JSON.stringify(documents), appliedBy],
        },
        { deadlineMs: SHORT_MS },
      ).catch(refuseStoreFault);
      return rows.map(({ name }) => name);
    },
  };
}

function registeredDataset({ definition, appliedAt }: DatasetRow): RegisteredDataset {
  return { definition: parseDataset(JSON.parse(definition)), appliedAt: BigInt(appliedAt) };
}
