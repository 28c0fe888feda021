import type { Json } from "./answer";
import type { NamedService, NamedView, PickDefinition, ServiceDefinition, ViewDefinition } from "./definition";
import type { Selector, ServiceSelector } from "./selection";

/** Features by view and name, where no definition tells their types. */
export type Values<Value = Json> = Readonly<Record<string, Readonly<Record<string, Value>>>>;

type Intersection<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer I) => void
  ? I
  : never;

type Flat<T> = { readonly [Key in keyof T]: T[Key] };

/** `[view name, row]` of a selector that is no string. */
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

/** What the chosen features are, by view: the definitions' own rows where all are definitions, else JSON values. */
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

/** A row as it is without its definition at run time: int64 stays text, and a vector, having no name, is not there. */
export type UnconvertedRow<Row> = { readonly [Name in keyof Row]: Unconverted<Row[Name]> };

/** A service's rows as they are without its definition at run time. */
export type UnconvertedRows<Rows> = {
  readonly [View in keyof Rows]: {
    readonly [Name in keyof Rows[View]]: Rows[View][Name] extends bigint | null
      ? Exclude<Rows[View][Name], bigint> | string
      : Rows[View][Name];
  };
};
