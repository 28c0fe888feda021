import { invalidParameter } from "../../core/index";
import { readInputs } from "../computed/read-inputs";
import { parsePathKey } from "../entity-key";
import { NONE, type OwnParameters, splitQuery } from "../own-parameters";
import { renderSingle } from "../render/render-features";
import type { Rendered } from "../render/rendered";
import { selectionOfQuery } from "../selection/request-selection";
import type { Selection } from "../selection/selection";
import type { ServedSingle } from "../served-response";
import type { ServingState } from "../serving-states";
import { momentOf } from "./moment";
import { readParts } from "./read-parts";
import { requireTenant, scopeRead, type ViewRows } from "./read-rows";
import type { Caller, ReadContext } from "./reading-options";
import { type CachedResponses, cacheRendered, isRepeatable } from "./response-cache";

/** Reads one entity. Returns a promise only if a store has to be read. */
export function readSingle(
  context: ReadContext,
  state: ServingState,
  rawId: string,
  rawQuery: string,
  caller: Caller | null,
): ServedSingle | Promise<ServedSingle> {
  const known = state.selections.get(rawQuery);
  if (known !== undefined) return readSelected(context, known, rawId, NONE, caller);
  const { query, own } = splitQuery(rawQuery);
  const selection = selectionOfQuery(state, query, context.options.defaultEntity);
  return readSelected(context, selection, rawId, own, caller);
}

// Answers from the cache without a closure: most reads end here, and each would pay for the allocation.
function readSelected(
  context: ReadContext,
  selection: Selection,
  rawId: string,
  own: OwnParameters,
  caller: Caller | null,
): ServedSingle | Promise<ServedSingle> {
  const { options, cache } = context;
  const now = options.clock();
  const scope = scopeRead(selection, caller === null ? null : caller.tenant);
  const cached = cache.of(selection, scope);
  const row = isPlain(own) ? cached.rendered.get(rawId, now) : undefined;
  if (row === undefined) return readUncached(context, { selection, rawId, own, caller, now, scope, cached });
  // Refuses an invalid latency budget.
  if (own !== NONE) momentOf(options, own, now, invalidParameter);
  cache.counts.hit++;
  const keyId = caller === null ? null : caller.keyId;
  options.onRead?.(keyId, selection.views, 1);
  return { form: "single", selection, scope, keyId, at: now, inputs: null, id: rawId, row };
}

function isPlain(own: OwnParameters): boolean {
  return own.inputs === undefined && own.as_of === undefined;
}

/** A single read that the cache cannot answer. */
interface UncachedRead {
  readonly selection: Selection;
  readonly rawId: string;
  readonly own: OwnParameters;
  readonly caller: Caller | null;
  readonly now: number;
  readonly scope: string;
  readonly cached: CachedResponses;
}

function readUncached(
  { options, cache }: ReadContext,
  { selection, rawId, own, caller, now, scope, cached }: UncachedRead,
): ServedSingle | Promise<ServedSingle> {
  const { tenant, keyId } = caller ?? { tenant: null, keyId: null };
  const moment = momentOf(options, own, now, invalidParameter);
  const id = parsePathKey(selection.entity, rawId, scope);
  requireTenant(selection, tenant);
  const inputs = readInputs(selection, { path: "query.inputs", shared: own.inputs, byRow: undefined }, 1);
  const requested = moment.asOf === null ? selection : { ...selection, asOf: moment.asOf };
  const finish = (row: Rendered): ServedSingle => {
    options.onRead?.(keyId, selection.views, 1);
    return { form: "single", selection: requested, scope, keyId, at: now, inputs, id: rawId, row };
  };
  // Identical requests with the same deadline share one store read.
  const isShared = own === NONE && isRepeatable(selection);
  const underWay = isShared ? cached.pending.get(rawId) : undefined;
  if (underWay !== undefined) {
    cache.counts.shared++;
    return underWay.then(finish);
  }
  cache.counts.miss++;
  const render = (parts: readonly ViewRows[]): Rendered => {
    const rendered = renderSingle(requested, id.echo, parts, moment.at, inputs);
    if (isPlain(own)) cacheRendered(cached.rendered, selection, rawId, rendered, now);
    return rendered;
  };
  const parts = readParts(moment, selection, [id.key], tenant);
  if (!(parts instanceof Promise)) return finish(render(parts));
  const rendered = parts.then(render);
  if (isShared) {
    cached.pending.set(rawId, rendered);
    const end = (): void => void cached.pending.delete(rawId);
    rendered.then(end, end);
  }
  return rendered.then(finish);
}
