import { columnsRead } from "../../ir/canonical";
import type { Dataset } from "../../ir/dataset";
import type { DefaultValue, FeatureReference, FeatureService, FeatureView } from "../../ir/nodes";
import { featureColumnName } from "../../ir/service-columns";
import type { ValueType } from "../../ir/types";
import { equal, type Key } from "../source/source-rows";
import { FEATURES_SCHEMA } from "../tree/identifiers";
import { type From, field, from, type SqlExpression } from "../tree/sql-tree";
import type { Input, InputRows } from "./dataset-rows";

/** A view, and the relation in schema `features` that holds its served rows. */
export interface ServedView {
  readonly view: FeatureView;
  readonly table: string;
}

type ViewReference = Pick<FeatureReference, "view" | "version">;

/** The names by which a dataset's expressions read the columns of its rows. */
export function inputsReadBy({ columns, exclusions }: Dataset): ReadonlySet<string> {
  return columnsRead([...columns.map(({ expression }) => expression), ...exclusions.map(({ when }) => when)]);
}

/** Returns the view versions that a dataset of a service reads; the first one lists the entities, one per row. */
export function viewsOfDataset(dataset: Dataset, service: FeatureService): readonly ViewReference[] {
  const read = inputsReadBy(dataset);
  const picked = service.features.filter((reference) => read.has(featureColumnName(reference)));
  const first = service.features.slice(0, 1).map((reference) => reference.through ?? reference);
  const all = [
    ...first,
    ...picked.flatMap((reference) => [...(reference.through ? [reference.through] : []), reference]),
  ];
  return [...new Map(all.map(({ view, version }) => [`${view}@${version}`, { view, version }])).values()];
}

/**
 * Returns the rows of a service's entities: the keys of the first view's generation, with the features that are read;
 * absent values are null, or their default.
 *
 * @throws RangeError if a view is missing
 */
export function rowsOfService(dataset: Dataset, service: FeatureService, views: readonly ServedView[]): InputRows {
  const served = (reference: ViewReference): ServedView => {
    const found = views.find(({ view }) => view.name === reference.view && view.version === reference.version);
    if (!found) throw new RangeError(`${reference.view}@${reference.version} is not one of the views`);
    return found;
  };
  const storedValue = ({ view: name, version, feature }: FeatureReference): SqlExpression => {
    const declared = served({ view: name, version }).view.features.find((each) => each.name === feature);
    if (!declared) throw new RangeError(`${name}@${version} has no feature ${feature}`);
    const { type, default: byDefault } = declared;
    const value = field(name, feature, type);
    if (type === "json") return { kind: "not_json_null", operand: value };
    return withDefault(value, type, byDefault);
  };
  const read = inputsReadBy(dataset);
  const [population, ...others] = viewsOfDataset(dataset, service).map(served);
  if (!population) throw new RangeError("The service has no features");
  const first = population.view.name;
  const keys = population.view.entity.key.map(
    ({ name, type }): Key => ({ name, type, expression: field(first, name, type) }),
  );
  const joins = others.map(({ view, table }): From["joins"][number] => {
    const through = service.features.find((each) => each.view === view.name && each.through !== undefined)?.through;
    const owners = through ? [storedValue(through)] : keys.map(({ expression }) => expression);
    return {
      kind: "left",
      relation: { kind: "table", schema: FEATURES_SCHEMA, table },
      alias: view.name,
      on: [
        isShared(view.name),
        ...view.entity.key.map(({ name, type }, index) =>
          equal(field(view.name, name, type), owners[index] ?? { kind: "null", type }),
        ),
      ],
    };
  });
  const inputs = service.features
    .filter((reference) => read.has(featureColumnName(reference)))
    .map((reference): Input => {
      const { view, version, feature } = reference;
      const type = served({ view, version }).view.features.find((each) => each.name === feature)?.type ?? "string";
      return { name: featureColumnName(reference), type, expression: storedValue(reference) };
    });
  return {
    from: from({ kind: "table", schema: FEATURES_SCHEMA, table: population.table }, first, joins),
    where: [isShared(first)],
    keys,
    inputs,
    hasUniqueKeys: true,
    takenNames: new Set(views.map(({ view }) => view.name)),
  };
}

function isShared(alias: string): SqlExpression {
  return equal(field(alias, "_tenant", "string"), { kind: "shared_scope" });
}

function withDefault(value: SqlExpression, type: ValueType, byDefault: DefaultValue | undefined): SqlExpression {
  if (byDefault === undefined) return value;
  return { kind: "coalesce", operands: [value, { kind: "constant", value: String(byDefault), type }] };
}
