import { mapMaybe } from "../../core/index";
import { readChained } from "../computed/read-chained";
import type { EntityKey } from "../online-store/online-store";
import type { Selection } from "../selection/selection";
import type { Moment } from "./moment";
import { readRows, type ViewRows, withMembers } from "./read-rows";

/** Reads the rows of every view at a moment. Returns a promise only if a store has to be read. */
export function readParts(
  { reading, at }: Moment,
  selection: Selection,
  keys: readonly EntityKey[],
  tenant: string | null,
): readonly ViewRows[] | Promise<readonly ViewRows[]> {
  const parts = selection.isChained
    ? readChained(reading, selection, keys, tenant, at)
    : readRows(reading, selection, keys, tenant);
  if (selection.views.length === 1) return parts;
  return mapMaybe(parts, (read) => withMembers(selection, read));
}
