/** Every `ChangeClass`, from the smallest effect to the largest. */
export const changeClasses = ["unchanged", "metadata", "additive", "widening", "recompute", "breaking"] as const;

/**
 * The effect of a change on readers of the view, from smallest to largest: `metadata` changes no value and applies in
 * place; `additive` adds features and leaves the others unchanged; `widening` gives a feature a wider type, and its values
 * keep their JSON form; `recompute` gives the same features other values; `breaking` removes a
 * feature, changes its type, or changes the entity, key or tenants of the view.
 */
export type ChangeClass = (typeof changeClasses)[number];

export const classOfKind = {
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
