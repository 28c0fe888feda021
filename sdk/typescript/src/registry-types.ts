import type { NamedService, NamedView, PickDefinition, ServiceDefinition, ViewDefinition } from "./definition";

/**
 * Definitions by the names under which a program reads them, only as types: the `Registry` that `featstore types` writes,
 * or one of your own.
 *
 * @example
 * interface Registry {
 *   readonly views: { readonly speech_sentiment: typeof speechSentiment };
 *   readonly services: { readonly "party_predictor@1": typeof partyPredictor };
 * }
 * const client = createClient<Registry>();
 */
export interface RegistryTypes {
  /** Each is a `ViewDefinition`. */
  readonly views: object;
  /** Each is a `ServiceDefinition`. */
  readonly services: object;
}

/** Any names, without types of their rows. */
export interface AnyRegistry {
  readonly views: Readonly<Record<string, ViewDefinition>>;
  readonly services: Readonly<Record<string, ServiceDefinition>>;
}

/** The row type of a view that is read by this name. */
export type RowOfName<Types extends RegistryTypes, Name> = Name extends keyof Types["views"]
  ? Types["views"][Name] extends ViewDefinition<string, number, infer Row>
    ? Row
    : never
  : never;

type ViewName<Types extends RegistryTypes> = keyof Types["views"] & string;

type FeatureName<Types extends RegistryTypes> = {
  [View in ViewName<Types>]: View | `${View}.${keyof RowOfName<Types, View> & string}`;
}[ViewName<Types>];

/** The strings that select features: any, or those of the registry. */
export type SelectableName<Types extends RegistryTypes> =
  string extends ViewName<Types> ? string : FeatureName<Types> | `computed.${string}`;

/** The names of single features whose values have a type. */
type FeatureOfType<Types extends RegistryTypes, Value> = {
  [View in ViewName<Types>]: {
    [Name in keyof RowOfName<Types, View> & string]: RowOfName<Types, View>[Name] extends Value
      ? `${View}.${Name}`
      : never;
  }[keyof RowOfName<Types, View> & string];
}[ViewName<Types>];

/** The names of embeddings: any, or those of the registry. Lists of numbers have the type of a vector. */
export type EmbeddingName<Types extends RegistryTypes> =
  string extends ViewName<Types> ? string : FeatureOfType<Types, readonly number[] | null>;

/** The names of single features: any, or those of the registry. */
export type SingleFeatureName<Types extends RegistryTypes> =
  string extends ViewName<Types> ? string : FeatureOfType<Types, unknown>;

/** An item of `features`, with names of the registry. */
export type SelectorOf<Types extends RegistryTypes> =
  | SelectableName<Types>
  | ViewDefinition
  | PickDefinition
  | NamedView;

/** A value of `service`, with names of the registry. */
export type ServiceSelectorOf<Types extends RegistryTypes> =
  | (keyof Types["services"] & string)
  | ServiceDefinition
  | NamedService;
