import { type Dataset, isNullableWhenCleaned, QUALITY_SCORE } from "../../ir/dataset";
import type { ValueType } from "../../ir/types";
import { freeNames } from "../source/stages";
import type { Query, Stage } from "../tree/sql-tree";
import type { DatasetInput } from "./dataset-input";
import type { InputRows } from "./dataset-rows";
import { cleanedRows, comparedTexts, publishedRows, rankedRows, screenedRows, sourceRowsStage } from "./dataset-stages";
import { inputsReadBy, rowsOfService } from "./service-rows";
import { rowsOfSource } from "./source-rows";

/** A column of the result after `_excluded`. */
export interface CompiledDatasetColumn {
  readonly name: string;
  readonly role: "key" | "value" | "quality";
  readonly type: ValueType;
  readonly nullable: boolean;
  readonly description: string;
  readonly unit: string | null;
}

export interface CompiledDataset {
  readonly text: string;
  readonly columns: readonly CompiledDatasetColumn[];
}

/**
 * Returns the query for a dataset's rows; see `compileDataset`. The stages: `source` reads the rows, with null for
 * missing texts; `screened` finds rows that were taken down or that a rule excludes; `ranked` orders rows of equal key;
 * `cleaned` computes the columns; `compared` and `numbered` find repeated texts.
 *
 * @throws RangeError if a view is missing, or a value that the dataset reads
 */
export function datasetQuery(
  dataset: Dataset,
  input: DatasetInput,
): { readonly query: Query; readonly columns: readonly CompiledDatasetColumn[] } {
  const rows = inputRows(dataset, input);
  assertReadable(dataset, rows);
  const names = freeNames(new Set(rows.takenNames), new Set());
  const stages: Stage[] = [];
  const add = (name: string, query: Stage["query"]): string => {
    const stage = names(name);
    stages.push({ name: stage, query });
    return stage;
  };
  const context = { dataset, rows, add };
  const source = add("source", sourceRowsStage(context));
  const screened = screenedRows(context, source, input.takedowns);
  const ranked = rankedRows(context, screened);
  const cleaned = add("cleaned", cleanedRows(context, ranked));
  const result = publishedRows(context, comparedTexts(context, cleaned));
  return { query: { kind: "query", stages, result }, columns: columnsOf(dataset, rows) };
}

function inputRows(dataset: Dataset, { service }: DatasetInput): InputRows {
  if (dataset.rows.kind === "source") return rowsOfSource(dataset.rows.source, inputsReadBy(dataset));
  if (service === null) throw new RangeError(`The dataset ${dataset.name} needs its service and its views`);
  return rowsOfService(dataset, service.ir, service.views);
}

/** A service may have changed since the dataset was applied, as by renaming a view. */
function assertReadable(dataset: Dataset, { keys, inputs }: InputRows): void {
  const known = new Set([...keys, ...inputs].map(({ name }) => name));
  const unknown = [...inputsReadBy(dataset)].filter((name) => !known.has(name));
  if (unknown.length > 0) throw new RangeError(`The rows of ${dataset.name} have no ${unknown.join(", ")}`);
}

function columnsOf({ columns, quality }: Dataset, { keys }: InputRows): readonly CompiledDatasetColumn[] {
  return [
    ...keys.map(
      ({ name, type }): CompiledDatasetColumn => ({
        ...{ name, role: "key", type, nullable: false },
        ...{ description: "Identifies the row.", unit: null },
      }),
    ),
    ...columns.map(
      ({ name, type, nullable, description, unit }): CompiledDatasetColumn => ({
        ...{ name, role: "value", type, nullable, description, unit },
      }),
    ),
    ...(quality
      ? [
          {
            ...({ name: QUALITY_SCORE, role: "quality", type: "float64" } as const),
            nullable: isNullableWhenCleaned(quality.expression, false),
            ...{ description: quality.description, unit: null },
          },
        ]
      : []),
  ];
}
