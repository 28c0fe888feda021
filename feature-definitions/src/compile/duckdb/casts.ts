import type { Rendered } from "../text/rendered";
import type { CastOf } from "../tree/sql-tree";

/** Renders a cast of its input; the value is null if the input does not parse or fit. */
export function castValue(cast: CastOf, _input: Rendered): Rendered {
  throw new TypeError(`No text for ${cast.kind}`);
}
