import type { Figure } from "../figure";
import { type Measurement, ratioOf } from "../measurement";
import type { FeastContext } from "./feast-context";

export interface FeastFigure {
  /** The group of `report/plot-groups.ts`. */
  readonly group: string;
  readonly name: string;
  readonly unit: Figure["unit"];
  readonly ours: Measurement;
  readonly feast: Measurement;
  /** Adds to Feast's name: `5 workers`. */
  readonly feastSetup?: string;
  readonly notes?: Figure["notes"];
}

/** Makes a figure of Featstore with Feast as its floor; there is no bar. */
export function feastFigure({ repository }: Pick<FeastContext, "repository">, each: FeastFigure): Figure {
  const { group, name, unit, ours, feast, feastSetup, notes = {} } = each;
  const own = feastSetup === undefined ? name : `${name}, Feast with ${feastSetup}`;
  return {
    name: own,
    unit,
    ours,
    floorName: `Feast ${repository.version}${feastSetup === undefined ? "" : `, ${feastSetup}`}`,
    floor: feast,
    ratio: ratioOf(ours, feast),
    bar: null,
    plot: { group, label: own },
    notes,
  };
}
