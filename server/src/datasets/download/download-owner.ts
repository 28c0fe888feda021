import type { KeyHolder } from "../../http/index";

/** Who owns acceptances and exports: the organisation, or the line of a key without one. */
export function downloadOwner({ organisation, lineId }: Pick<KeyHolder, "organisation" | "lineId">): string {
  return organisation === null ? `key ${lineId}` : `organisation ${organisation}`;
}
