import { compileDataset, postgresDialect } from "@featstore/definitions/compiler";
import type { Database } from "../../database/index";
import type { DatasetReader } from "../dataset-reader";

/** Reads datasets with COPY. */
export function createDatasetReader(database: Database): DatasetReader {
  return {
    planDataset(dataset, input) {
      const { text, columns } = compileDataset(postgresDialect, dataset, input);
      return { text: withSettings(text), columns };
    },
    datasetRows: (text, options) => database.copyTo(text, options),
  };
}

/** Makes COPY print values in one form, whatever the defaults of the role and the database. Keeps the order of the rows. */
function withSettings(sql: string): string {
  const settings = { datestyle: "ISO", timezone: "UTC", extra_float_digits: "1" };
  const set = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  return `select * from (\n${sql}\n) as rows where (select ${set.join(" || ")}) is not null`;
}
