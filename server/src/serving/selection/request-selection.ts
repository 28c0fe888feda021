import { invalidParameter, parseQuery } from "../../core/index";
import { memberNames } from "../../http/index";
import { type BatchTexts, parseBatchChoice } from "../batch-request";
import { FeaturesQuery } from "../feature-schema";
import type { ServingState } from "../serving-states";
import { resolveSelection } from "./resolve-selection";
import type { Selection } from "./selection";

const QUERY_PARAMETERS = memberNames(FeaturesQuery);
/** Longer request texts are resolved each time, so that no caller can fill the memory with them. */
const MAX_REMEMBERED_LENGTH = 8192;

/** Returns the selection of a raw query without the parameters that vary, and remembers it. */
export function selectionOfQuery(state: ServingState, rawQuery: string, defaultEntity: string | null): Selection {
  return remembered(state, rawQuery, () => {
    const query = parseQuery(rawQuery, QUERY_PARAMETERS);
    if (query.metadata !== undefined && query.metadata !== "true" && query.metadata !== "false")
      throw invalidParameter([{ path: "metadata", detail: 'it is "true" or "false"' }]);
    const selection = resolveSelection(
      state.snapshot,
      {
        entity: query.entity,
        features: query.features?.split(","),
        service: undefined,
        services: query.service?.split(","),
      },
      defaultEntity,
    );
    return query.metadata === "true" ? { ...selection, withMetadata: true } : selection;
  });
}

/** Returns the selection of a batch, and remembers it. */
export function selectionOfBatch(state: ServingState, request: BatchTexts, defaultEntity: string | null): Selection {
  // A query contains no space, so this text cannot collide with a query's.
  const text = ` ${request.entity ?? ""}|${request.features ?? ""}|${request.service ?? ""}|${request.services ?? ""}|${request.metadata ?? ""}`;
  return remembered(state, text, () => {
    const choice = parseBatchChoice(request);
    return { ...resolveSelection(state.snapshot, choice.request, defaultEntity), withMetadata: choice.withMetadata };
  });
}

function remembered(state: ServingState, text: string, resolve: () => Selection): Selection {
  const known = state.selections.get(text);
  if (known !== undefined) return known;
  const selection = resolve();
  if (text.length <= MAX_REMEMBERED_LENGTH) state.selections.set(text, selection);
  return selection;
}
