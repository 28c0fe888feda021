import { type Dataset, instantText, plainSources, scopeOf, viewsOfDataset } from "@featstore/definitions/compiler";
import { FeatstoreError } from "../../core/index";
import type { Engine } from "../../engine/index";
import { expressionText } from "../../reference/index";
import { findVersion, type RegistrySnapshot, servedService, versionLabel } from "../../registry/index";
import type { ReadPlan } from "./read-plan";

/** The table of keys that were taken down. */
const TAKEDOWNS = { schema: "featstore", table: "dataset_takedowns" };

/**
 * Plans how the rows of a dataset are read. Everybody who may read a dataset reads all its rows, so one whose rows
 * belong to tenants is refused, even though the query reads shared rows only. `hasTakedowns`: whether the dataset has
 * any, since comparing keys with them takes a few microseconds per row.
 * Errors: `dataset_not_public`, `feature_service_not_found`, `feature_service_version_not_found`,
 * `feature_view_retired`, `view_not_materialized`.
 */
export function planRead(
  engine: Pick<Engine, "planDataset">,
  snapshot: RegistrySnapshot,
  dataset: Dataset,
  hasTakedowns: boolean,
): ReadPlan {
  const { service, inputs } = servedRows(snapshot, dataset);
  const { text, columns } = engine.planDataset(dataset, { service, takedowns: hasTakedowns ? TAKEDOWNS : null });
  const keys = columns.filter(({ role }) => role === "key").map(({ name }) => name);
  const { split, quality } = dataset;
  return {
    sql: text,
    columns,
    split: split && { by: split.by === null ? keys : [split.by], parts: split.parts },
    formula: quality && expressionText(quality.expression),
    inputs,
  };
}

function servedRows(snapshot: RegistrySnapshot, dataset: Dataset) {
  const { rows } = dataset;
  if (rows.kind === "source") {
    const scoped = plainSources(rows.source).find(({ tenant }) => tenant !== null);
    if (scoped !== undefined) throw notPublic(dataset, `the source "${scoped.name}"`);
    return { service: null, inputs: [] };
  }
  const ir = servedService(snapshot, `${rows.name}@${rows.version}`);
  const read = viewsOfDataset(dataset, ir).map(({ view, version }) => {
    const registered = findVersion(snapshot, view, String(version));
    if (scopeOf(registered.view) === "tenant") throw notPublic(dataset, `the view "${versionLabel(registered)}"`);
    const { served } = registered;
    if (served === null) {
      throw new FeatstoreError(
        "view_not_materialized",
        `The dataset "${dataset.name}" reads ${versionLabel(registered)}, which has no rows yet: run featstore materialize ${versionLabel(registered)}.`,
      );
    }
    return { view: registered.view, served };
  });
  return {
    service: { ir, views: read.map(({ view, served }) => ({ view, table: served.table })) },
    inputs: read.map(({ view: { name, version }, served: { generation, asOf } }) => ({
      ...{ view: name, version, generation, asOf: instantText(asOf) },
    })),
  };
}

function notPublic({ name }: Dataset, what: string): FeatstoreError {
  return new FeatstoreError(
    "dataset_not_public",
    `The rows of the dataset "${name}" would belong to tenants: ${what} has a tenant column.`,
  );
}
