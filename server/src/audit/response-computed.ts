import { COMPUTED } from "@featstore/definitions/compiler";
import { KEY_SEPARATOR, type Selection, type ServedResponse, valueWriter } from "../serving/index";
import type { ComputedSourceRow, StoredComputedAnswer } from "./audit-store";
import type { ResponseParts } from "./response-parts";
import { personalViews } from "./response-rows";

/**
 * Extracts what a service computed for the entity, with the rows and inputs that it was computed from. If `personal` is
 * false, leaves out personal features, and those that read any input or a view with personal features. Returns undefined if there is nothing
 * to store, or if a view timed out.
 */
export function computedFromResponse(
  { selection, scope, keyId, at, inputs: requestInputs }: ServedResponse,
  { key, statuses, values, joined }: ResponseParts,
  position: number,
  personal: boolean,
): StoredComputedAnswer | undefined {
  const { computed, views } = selection;
  if (computed === null || [...statuses.values()].includes("timeout")) return undefined;
  const personalPositions = personalViews(selection);
  const excludedColumns = new Set([
    ...computed.inputs.map(({ column }) => column),
    ...computed.stored.filter(({ view }) => personalPositions.has(view)).map(({ column }) => column),
  ]);
  const features = computed.features.filter(
    ({ reads, isPersonal }) => personal || !(isPersonal || reads.some((column) => excludedColumns.has(column))),
  );
  const answers = features.flatMap(({ name }) => {
    const value = values.get(`${COMPUTED}.${name}`);
    return value === undefined ? [] : [`"${name}":${value}`];
  });
  if (answers.length === 0) return undefined;
  const read = new Set(features.flatMap(({ reads }) => reads));
  const requested = requestInputs?.at(position);
  const inputs = computed.inputs.flatMap(({ name, column, type }) => {
    const value = requested?.get(column) ?? null;
    return value === null || !read.has(column) ? [] : [`"${name}":${valueWriter(type)(value)}`];
  });
  const own = key.split(KEY_SEPARATOR);
  const viewIndexes = viewsRead(selection, read);
  const [name = "", version] = computed.service.split("@");
  return {
    service: name,
    version: Number(version),
    tenant: scope,
    key: own,
    sourceRows: views.flatMap(
      ({ registered: { view }, generation, tenantScoped, through }, index): readonly ComputedSourceRow[] => {
        if (!viewIndexes.has(index)) return [];
        const foreign = joined[index] ?? null;
        return [
          {
            ...{ view: view.name, version: view.version, generation, entity: view.entity.name },
            tenant: tenantScoped ? scope : "",
            key: through === null ? own : foreign === null ? null : [foreign],
          },
        ];
      },
    ),
    inputs: `{${inputs.join(",")}}`,
    values: `{${answers.join(",")}}`,
    servedAt: BigInt(at),
    keyId,
  };
}

/**
 * Returns the indexes of three kinds of views: those that have the columns, those whose features hold the keys by which
 * the former are read, and the first view of the requested entity.
 */
function viewsRead({ computed, views }: Selection, columns: ReadonlySet<string>): ReadonlySet<number> {
  const read = (computed?.stored ?? []).flatMap(({ column, view }) => (columns.has(column) ? [view] : []));
  const holders = read.flatMap((view) => views[view]?.through?.view ?? []);
  const own = views.findIndex(({ through }) => through === null);
  return new Set([...read, ...holders, ...(own === -1 ? [] : [own])]);
}
