import { documentHash, meaningHash } from "../ir/canonical";
import type { FeatureView } from "../ir/nodes";
import { type Change, diffViews } from "./diff";

/**
 * What a change means to those who read the view, from least to most:
 * `metadata` changes no value and applies in place; `additive` adds features and leaves the others as they are;
 * `widening` gives a feature a type that holds all of its values in the same JSON form, and more; `recompute` gives the same features other values; `breaking` takes features away or changes their type or their key.
 */
export type ChangeClass = "unchanged" | "metadata" | "additive" | "widening" | "recompute" | "breaking";

const order: readonly ChangeClass[] = ["unchanged", "metadata", "additive", "widening", "recompute", "breaking"];

const classOfKind = {
  description_changed: "metadata",
  owner_changed: "metadata",
  tags_changed: "metadata",
  contract_changed: "metadata",
  freshness_changed: "metadata",
  schedule_changed: "metadata",
  view_renamed: "metadata",
  former_name_changed: "metadata",
  lateness_changed: "metadata",
  feature_added: "additive",
  feature_widened: "widening",
  expression_changed: "recompute",
  nulls_excluded: "recompute",
  default_changed: "recompute",
  source_changed: "recompute",
  filter_changed: "recompute",
  population_changed: "recompute",
  ttl_changed: "recompute",
  format_changed: "recompute",
  feature_removed: "breaking",
  feature_retyped: "breaking",
  embedding_changed: "breaking",
  entity_changed: "breaking",
  key_changed: "breaking",
  scope_changed: "breaking",
} as const satisfies Record<string, ChangeClass>;

export type ChangeKind = keyof typeof classOfKind;

export function classOf({ kind }: Pick<Change, "kind">): ChangeClass {
  return classOfKind[kind];
}

export interface Evolution {
  readonly class: ChangeClass;
  readonly changes: readonly Change[];
  /** Whether the change needs a new version: its meaning is not the one that the old version pins. */
  readonly needsVersion: boolean;
}

/** Compares a view with its earlier self, of whatever name: what changed, and the gravest class among the changes. */
export function compareViews(before: FeatureView, after: FeatureView): Evolution {
  const changes = diffViews(before, after);
  const needsVersion = meaningHash(before) !== meaningHash({ ...after, name: before.name });
  const gravest = changes
    .map(classOf)
    .reduce<ChangeClass>((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), "unchanged");
  // A source's other name, or a column that nobody reads, is in no list of changes and still in the document.
  const isSilent =
    gravest === "unchanged" && documentHash(before) !== documentHash({ ...after, version: before.version });
  return { class: isSilent ? "metadata" : gravest, changes, needsVersion };
}
