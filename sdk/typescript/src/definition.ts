/*
 * The parts of a definition that the client reads at run time: plain data, as returned by `featureView(…)`, `.pick(…)` and
 * `featureService(…)`. The shapes are declared here, so that the client does not import `@featstore/definitions` and
 * accepts definitions of any of its versions.
 */

export interface EntityDocument {
  readonly name: string;
  readonly key: readonly { readonly name: string }[];
}

/** An entity's definition: its name and the order of its key's parts. */
export interface EntityDefinition {
  readonly kind: "entity_definition";
  readonly ir: EntityDocument;
}

export interface ViewDocument {
  readonly name: string;
  readonly version: number;
  readonly entity: EntityDocument;
  readonly features: readonly { readonly name: string; readonly type: string }[];
}

/** A feature view's definition. `~row` exists only as a type. */
export interface ViewDefinition<Name extends string = string, Version extends number = number, Row = unknown> {
  readonly kind: "feature_view_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: ViewDocument;
  readonly "~row"?: Row;
}

export interface ReferenceDocument {
  readonly view: string;
  readonly version: number;
  readonly feature: string;
}

/** Features of a view, as returned by a definition's `.pick(…)` or `.all()`. `~pick` exists only as a type. */
export interface PickDefinition<ViewName extends string = string, Row = unknown> {
  readonly kind: "feature_pick";
  readonly entity: string;
  readonly references: readonly ReferenceDocument[];
  /** The type of each of `references`, in their order. */
  readonly types: readonly string[];
  readonly "~pick"?: readonly [view: ViewName, row: Row];
}

/** A feature service's definition. `~row` and `~inputs` exist only as types. */
export interface ServiceDefinition<
  Name extends string = string,
  Version extends number = number,
  Row = unknown,
  Inputs = unknown,
> {
  readonly kind: "feature_service_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: {
    readonly entity: string;
    readonly features: readonly ReferenceDocument[];
    readonly computed?: readonly { readonly name: string; readonly type: string }[];
  };
  /** The type of each of `ir.features`, in their order. */
  readonly types: readonly string[];
  readonly "~row"?: Row;
  readonly "~inputs"?: Inputs;
}

/** A view by name, typed by a definition of which only the type is imported: see `namedView`. */
export interface NamedView<Name extends string = string, Row = unknown> {
  readonly kind: "named_view";
  readonly reference: string;
  readonly "~pick"?: readonly [view: Name, row: Row];
}

/** A service by name, typed by a definition of which only the type is imported: see `namedService`. */
export interface NamedService<Row = unknown, Inputs = unknown> {
  readonly kind: "named_service";
  readonly reference: string;
  readonly "~row"?: Row;
  readonly "~inputs"?: Inputs;
}
