import type { Entity } from "../ir/nodes";
import type { KeyType } from "../ir/types";
import type { ColumnDefinition } from "./column";
import type { ColumnSet, SourceDefinition } from "./source";

export type EntityKeySet = Readonly<Record<string, ColumnDefinition<KeyType, false>>>;

/** The key columns that a source needs to be joined to an entity of key E. */
export type KeyFor<E extends EntityKeySet> = { readonly [Name in keyof E]: ColumnDefinition<E[Name]["type"], boolean> };

/** An entity, which features describe. */
export interface EntityDefinition<E extends EntityKeySet> {
  readonly kind: "entity_definition";
  readonly ir: Entity;
  /** Exists for the type checker only. */
  readonly "~key"?: E;
}

export interface EntityOptions<E extends EntityKeySet> {
  readonly name: string;
  /** The names and types of the key: int32, int64 or string columns, in the order of composite ids. */
  readonly key: E;
  /**
   * The population: the source that lists which entities exist. Without it, those that occur in a view's source exist.
   */
  readonly from?: SourceDefinition<KeyFor<E>, ColumnSet>;
  readonly description?: string;
}

/** @example `entity({ name: "speech", key: { speech_id: int64() }, from: speeches })` */
export function entity<const E extends EntityKeySet>(options: EntityOptions<E>): EntityDefinition<E> {
  return {
    kind: "entity_definition",
    ir: {
      kind: "entity",
      name: options.name,
      key: Object.entries(options.key).map(([name, column]) => ({ name, type: column.type })),
      population: options.from?.ir ?? null,
      description: options.description ?? null,
    },
  };
}
