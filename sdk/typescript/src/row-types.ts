import type { Json } from "./answer";
import type { NamedService, NamedView, PickDefinition, ServiceDefinition, ViewDefinition } from "./definition";
import type { Selector, ServiceSelector } from "./selection";

/** Features by view and name, without types from a definition. */
export type Values<Value = Json> = Readonly<Record<string, Readonly<Record<string, Value>>>>;

type Intersection<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer I) => void
  ? I
  : never;

type Flat<T> = { readonly [Key in keyof T]: T[Key] };

/** `[view name, row]` of a selector that is not a string. */
type EntryOf<S> =
  S extends ViewDefinition<infer Name, number, infer Row>
    ? [Name, Row]
    : S extends PickDefinition<infer Name, infer Row> | NamedView<infer Name, infer Row>
      ? [Name, Row]
      : never;

type RowUnder<Entry, Name> = Entry extends [Name, infer Row] ? Row : never;

type RowsByView<Entry extends [string, unknown]> = {
  readonly [Name in Entry[0]]: Flat<Intersection<RowUnder<Entry, Name>>>;
};

/** The types of the selected features, by view: the definitions' rows if all selectors are definitions, else JSON values. */
export type FeaturesOf<
  Selectors extends readonly Selector[],
  Service extends ServiceSelector = string,
> = Service extends ServiceDefinition<string, number, infer Row> | NamedService<infer Row>
  ? Row
  : Selectors extends readonly string[]
    ? Values
    : Selectors extends readonly Exclude<Selector, string>[]
      ? RowsByView<EntryOf<Selectors[number]>>
      : Values<Json | bigint>;

type Unconverted<Value> = Value extends bigint ? string : readonly number[] extends Value ? Value | undefined : Value;

/** A row without its definition at run time: int64 stays text, and vectors, which are only sent by name, are absent. */
export type UnconvertedRow<Row> = { readonly [Name in keyof Row]: Unconverted<Row[Name]> };

/** A service's rows without its definition at run time. */
export type UnconvertedRows<Rows> = {
  readonly [View in keyof Rows]: {
    readonly [Name in keyof Rows[View]]: Rows[View][Name] extends bigint | null
      ? Exclude<Rows[View][Name], bigint> | string
      : Rows[View][Name];
  };
};
