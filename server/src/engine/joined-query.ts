import { quoteName } from "../database/index";
import type { Dialect } from "./result-texts";
import type { EngineJoin, JoinedColumn, PlannedJoin } from "./spines";

/** Returns the text that joins a join's rows with the columns of its spine, a relation; the rows are in spine order. */
export function joinedQuery(join: EngineJoin, spine: string, keys: readonly string[], { texts }: Dialect): string {
  const items = [
    `${texts.microseconds('"spine"."_as_of"')} as "at"`,
    ...keys.map((name, index) => `"spine".${quoteName(name)}::text as "k${index + 1}"`),
    '"spine"."_passthrough" as "p"',
    ...join.joinedRows.map((_, index) => `${texts.microseconds(eventTimeOf(index + 1))} as "e${index + 1}"`),
    ...lostValues(join, texts),
    ...join.columns.map(featureValue(texts)),
  ];
  return `select
  ${items.join(",\n  ")}
from (
${join.compiled.statement.text}
) as "known"
join ${spine} as "spine" on "spine"."_row" = "known"."_row"
order by "known"."_row"`;
}

/** Returns the text for the rows of labels: without the spine's columns, and with the event time of each feature. */
export function labelsQuery(join: EngineJoin, { texts }: Dialect): string {
  const items = [
    ...join.columns.flatMap((column, index) => [
      `${texts.microseconds(eventTimeOf((column.view ?? 0) + 1))} as "e${index + 1}"`,
      featureValue(texts)(column, index),
    ]),
    ...lostValues(join, texts),
  ];
  return `select\n  ${items.join(",\n  ")}\nfrom (\n${join.compiled.statement.text}\n) as "known"\norder by "known"."_row"`;
}

/** Returns the join of a single engine. */
export function requireOwn(join: PlannedJoin): EngineJoin {
  if (join.kind === "mixed") throw new Error("Several engines compute the join");
  return join;
}

function featureValue(texts: Dialect["texts"]): (column: JoinedColumn, index: number) => string {
  return ({ name, type }, index) => `${texts.json(`"known".${quoteName(name)}`, type)} as "f${index + 1}"`;
}

function lostValues({ compiled }: EngineJoin, texts: Dialect["texts"]): readonly string[] {
  return compiled.lost.flatMap((name, index) =>
    name === null ? [] : [lostText(`"known".${quoteName(name)}`, texts, index)],
  );
}

function lostText(names: string, texts: Dialect["texts"], index: number): string {
  return `case when ${names} is not null then ${texts.json(names, "string[]")} end as "l${index + 1}"`;
}

function eventTimeOf(view: number): string {
  return `"known"."_event_time_${view}"`;
}
