import type { Feature } from "@featstore/definitions/compiler";
import type { RegisteredView } from "../../registry/index";
import type { OnlineRow } from "../online-store/online-store";

/** The source of another entity's keys: a value of a view that is read earlier. */
export interface KeySource {
  /** The index of that view in the selection. */
  readonly view: number;
  readonly position: number;
  readonly fallback: string | null;
}

/**
 * A value in the response: one of a view's served values, or a vector, which is read separately. `fallback`: the JSON
 * text that replaces null; null: null stays null.
 */
export type SelectedFeature =
  | { readonly kind: "served"; readonly name: string; readonly position: number; readonly fallback: string | null }
  | { readonly kind: "vector"; readonly name: string; readonly fallback: null };

/** One view's part of a response, with every text that does not depend on the row. */
export interface SelectedView {
  /** The view's name in the response: `speech_sentiment`, or `speech_sentiment@2` if it was requested so. */
  readonly label: string;
  readonly registered: RegisteredView;
  readonly table: string;
  readonly generation: number;
  readonly tenantScoped: boolean;
  /** A tenant without facts of its own falls back to a member's empty row in the shared scope. */
  readonly fallsBack: boolean;
  /** Microseconds; null: rows do not expire. */
  readonly ttl: number | null;
  /** The features in the response; empty if the view is read only for computed features or keys. */
  readonly features: readonly SelectedFeature[];
  /** The position of each served value in the view's rows. */
  readonly positions: ReadonlyMap<string, number>;
  /** True if any of `features` has a default for null. */
  readonly hasFallbacks: boolean;
  /** Null: its rows have the requested key. */
  readonly through: KeySource | null;
  /** The text before each value of `features` in an object: `{"sentiment":`, `,"confidence":`. */
  readonly prefixes: readonly string[];
  /** The object with null, or its default, for every feature. */
  readonly nullObject: string;
  /** Names of the vectors to read. */
  readonly vectors: readonly string[];
  /**
   * Identifies the entity's population: the same for views with the same population; null without one, and for another
   * entity's view.
   */
  readonly population: string | null;
  /** Returns the row of a member that the generation does not have yet. */
  readonly emptyRow: () => OnlineRow;
}

/** One selected feature: the label of its view, the view, and the feature. */
export interface Choice {
  readonly label: string;
  readonly registered: RegisteredView;
  readonly feature: Feature;
  /** Set if the view is of another entity: the feature that holds the other's key. */
  readonly through?: Choice;
}

/** Returns the column name of a batch: `speech_sentiment.sentiment`. */
export function columnOf({ label, feature }: Choice): string {
  return `${label}.${feature.name}`;
}
