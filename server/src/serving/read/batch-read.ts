import { FeatstoreError, invalidBody, mapMaybe, parsed } from "../../core/index";
import { type BatchTexts, eachId, failsRowAlone, type IdLimit, idLimitOf, ownOf } from "../batch-request";
import { readInputs } from "../computed/read-inputs";
import { parseBatchKey } from "../entity-key";
import type { EntityKey } from "../online-store/online-store";
import { invalidRow } from "../render/render-batch";
import { renderRow } from "../render/render-features";
import type { Rendered, RowError } from "../render/rendered";
import { selectionOfBatch } from "../selection/request-selection";
import type { Selection } from "../selection/selection";
import type { ServedBatch } from "../served-response";
import type { ServingState } from "../serving-states";
import { momentOf } from "./moment";
import { readParts } from "./read-parts";
import { requireTenant, scopeRead, type ViewRows } from "./read-rows";
import type { Caller, ReadContext } from "./reading-options";
import { cacheRendered } from "./response-cache";

/** Reads the entities of a batch. Returns a promise only if a store has to be read. */
export function readBatch(
  { options, cache }: ReadContext,
  state: ServingState,
  request: BatchTexts,
  caller: Caller | null,
  signal: AbortSignal | undefined,
): ServedBatch | Promise<ServedBatch> {
  const { tenant, keyId, batchIds, spend }: Caller = caller ?? { tenant: null, keyId: null, grants: null };
  const selection = selectionOfBatch(state, request, options.defaultEntity);
  const now = options.clock();
  const moment = momentOf(options, ownOf(request), now, invalidBody);
  const scope = scopeRead(selection, tenant);
  const { rendered: responses } = cache.of(selection, scope);
  const cached = moment.asOf === null ? (id: string) => responses.get(id, now) : () => undefined;
  const idLimit = idLimitOf(moment.idLimit, batchIds);
  const { rows, absent, errors } = readIds(request, selection, scope, idLimit, cached);
  requireTenant(selection, tenant);
  const texts = { path: "inputs", shared: request.inputs, byRow: request.inputs_by_row };
  const inputs = readInputs(selection, texts, rows.length);
  cache.counts.hit += rows.length - absent.length - (errors?.length ?? 0);
  cache.counts.miss += absent.length;
  const requested = moment.asOf === null ? selection : { ...selection, asOf: moment.asOf };
  const finish = (parts: readonly ViewRows[]): ServedBatch => {
    const batch = { selection: requested, parts, now: moment.at, inputs };
    for (const [index, { position, id }] of absent.entries()) {
      const row = renderRow(batch, index, position);
      if (moment.asOf === null) cacheRendered(responses, selection, id, row, now);
      rows[position] = row;
    }
    options.onRead?.(keyId, selection.views, rows.length);
    const rendered = rows.filter((row) => row !== undefined);
    const served = { selection: requested, scope, keyId, at: moment.at, inputs };
    return { form: "batch", ...served, ids: request.ids, rows: rendered, errors };
  };
  const read = (): ServedBatch | Promise<ServedBatch> => {
    if (absent.length === 0) return finish([]);
    const keys = absent.map(({ key }) => key);
    return mapMaybe(readParts({ ...moment, reading: { ...moment.reading, signal } }, selection, keys, tenant), finish);
  };
  const paid = spend?.(rows.length);
  return paid === undefined ? read() : paid.then(read);
}

interface BatchIds {
  /** One per id; undefined until it is read from a store. */
  readonly rows: (Rendered | undefined)[];
  /** The ids to read. */
  readonly absent: readonly { readonly position: number; readonly id: string; readonly key: EntityKey }[];
  /** Null: an unreadable id fails the batch. */
  readonly errors: readonly RowError[] | null;
}

/** Parses the ids that `cached` has no row for. */
function readIds(
  request: BatchTexts,
  selection: Selection,
  scope: string,
  idLimit: IdLimit,
  cached: (id: string) => Rendered | undefined,
): BatchIds {
  const errors: RowError[] | null = failsRowAlone(request) ? [] : null;
  const rows: (Rendered | undefined)[] = [];
  const absent: { readonly position: number; readonly id: string; readonly key: EntityKey }[] = [];
  eachId(request.ids, idLimit, (id, position) => {
    const row = cached(id);
    rows.push(row);
    if (row !== undefined) return;
    const key = keyOf(selection, id, position, scope, errors);
    if (key === undefined) rows[position] = invalidRow(selection);
    else absent.push({ position, id, key });
  });
  // The ids are echoed, so they must be JSON. Only ids that could be parsed are known to be.
  if (errors !== null && errors.length > 0) parsed(request.ids);
  return { rows, absent, errors };
}

/** Parses one id; undefined if it is unreadable and `errors` records it. Errors: those of `parseBatchKey`. */
function keyOf(
  { entity }: Selection,
  id: string,
  position: number,
  scope: string,
  errors: RowError[] | null,
): EntityKey | undefined {
  try {
    return parseBatchKey(entity, id, position, scope);
  } catch (error) {
    if (errors === null || !(error instanceof FeatstoreError)) throw error;
    const { path, detail } = error.errors[0] ?? { path: `ids[${position}]`, detail: error.detail };
    errors.push({ position, path, code: error.code, detail });
    return undefined;
  }
}
