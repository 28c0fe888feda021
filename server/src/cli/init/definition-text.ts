import type { PlannedDefinition } from "./plan-definition";
import type { PlannedColumn } from "./planned-column";

/** Writes `definitions/index.ts` for a planned definition. */
export function definitionText(plan: PlannedDefinition): string {
  const names = constantNames(plan);
  const keys = [...plan.key, ...(plan.rowKey ?? [])];
  const helpers = new Set(["count", "entity", "featureView", "source", ...keys.map(({ type }) => type.helper)]);
  if (hasWindow(plan)) helpers.add("days");
  for (const column of plan.columns) helpers.add(column.type.helper);
  const features = featureColumns(plan);
  for (const column of features) helpers.add(aggregateOf(plan, column));
  if (plan.population?.time) helpers.add(plan.population.time.type.helper);
  const declared = [...keyColumns(plan), ...plan.columns];
  const unused = plan.columns.filter((column) => column !== plan.time && !features.includes(column));
  return `import { ${[...helpers].sort().join(", ")} } from "@featstore/definitions";

/** The ${plan.files === null ? "table as Featstore reads it. Featstore never writes to it." : "files as Featstore reads them. Featstore never writes to them."} */
export const ${names.source} = source({
  name: "${plan.source}",
${relationText(plan)}
  key: { ${(plan.rowKey ?? plan.key).map((column) => `${column.name}: ${columnText(column)}`).join(", ")} },
${timeText(plan)}${tieBreakText(plan)}
  // Confirm this: ${plan.history.reason}.
  // "current": rows are updated in place. "events": rows are only ever added. "versions": each change is a new row.
  history: "${plan.history.history}",
  columns: {
${declared.map((column) => `    ${column.name}: ${columnText(column)},${remark(column, plan)}`).join("\n")}
  },
});
${plan.unread.length > 0 ? `// Left out, because no feature can read their type: ${plan.unread.join(", ")}.\n` : ""}
${populationText(plan, names)}/** The entity that the features describe, and its key. */
export const ${names.entity} = entity({
  name: "${plan.entity}",
  key: { ${plan.key.map(({ name, type }) => `${name}: ${type.helper}(${type.argument})`).join(", ")} },${
    plan.isPopulation
      ? `\n  // The table says which of them exist.\n  from: ${names.source},`
      : plan.population === null
        ? ""
        : `\n  // That table says which of them exist, those without a row here included.\n  from: ${names.population},`
  }
});

/** An applied version never changes its meaning: change the features, and make it version 2. */
export const ${names.view} = featureView({
  name: "${plan.view}",
  version: 1,
  entity: ${names.entity},
  from: ${names.source}${keyedByText(plan)},
  owner: "me",
  description: ${JSON.stringify(`What ${plan.table} says of ${article(plan.entity)} ${plan.entity.replaceAll("_", " ")}`)},
  features: (row) => ({
${features.map((column) => `    ${column.name}: ${featureText(plan, column)},`).join("\n")}${features.length > 0 ? "\n" : ""}${
  unused.length === 0
    ? ""
    : `    // Without an event time no feature takes ${unused.map(({ name }) => name).join(", ")}: with one, latest(…) does.\n`
}${countFeatures(plan)
  .map(({ name, text }) => `    ${name}: ${text},`)
  .join("\n")}
  }),
});
`;
}

function relationText({ table, files }: PlannedDefinition): string {
  if (files === null) return `  table: ${JSON.stringify(table)},`;
  const lines = [`  engine: ${JSON.stringify(files.engine)},`, `  path: ${JSON.stringify(files.path)},`];
  if (files.partitions.length === 0) return lines.join("\n");
  const columns = files.partitions.map(({ name, type }) => `${propertyName(name)}: { type: "${type}" }`);
  return [
    ...lines,
    "  // Columns in names of folders. If one is a part of the event time in UTC, such as its day, say so, and scans skip the",
    '  // folders that they do not need: { type: "date", holds: "day" }.',
    `  partitions: { ${columns.join(", ")} },`,
  ].join("\n");
}

function propertyName(name: string): string {
  return /^[a-z_]\w*$/i.test(name) ? name : JSON.stringify(name);
}

export interface ConstantNames {
  readonly source: string;
  readonly population: string;
  readonly entity: string;
  readonly view: string;
}

/** Chooses distinct names for the exported constants that are neither imported names nor reserved words. */
export function constantNames(plan: PlannedDefinition): ConstantNames {
  const taken = new Set(reserved);
  const safe = (name: string, suffix: string) => {
    const camel = name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replace(/_$/, "");
    const free = taken.has(camel) ? `${camel}${suffix}` : camel;
    taken.add(free);
    return free;
  };
  return {
    source: safe(plan.source, "Source"),
    population: plan.population === null ? "" : safe(plan.population.source, "Population"),
    entity: safe(plan.entity, "Entity"),
    view: safe(plan.view, "View"),
  };
}

function populationText({ population, table, key }: PlannedDefinition, names: ConstantNames): string {
  if (population === null) return "";
  const columns = key.map(({ column }) => column).join(", ");
  const { time } = population;
  // A name could contain the end of a comment.
  const words = `The table that ${columns} of ${table} refers to.`.replaceAll("*/", "* /");
  return `/** ${words} */
export const ${names.population} = source({
  name: "${population.source}",
  table: ${JSON.stringify(population.table)},
  key: { ${population.key.map((column) => `${column.name}: ${columnText(column)}`).join(", ")} },${
    time === null
      ? ""
      : `\n  // When a row came to be: before that, its entity does not exist.\n  eventTime: "${time.name}",`
  }
  // Confirm this: one row to a key looks like a row that is updated in place.
  history: "current",
  columns: {${time === null ? "" : ` ${time.name}: ${columnText(time)} `}},
});

`;
}

/** Writes the features that count rows, under names that no column has; events also get one over a window. */
export function countFeatures(plan: PlannedDefinition): { name: string; text: string }[] {
  const taken = new Set(plan.columns.map((column) => column.name));
  const free = (name: string) => (taken.has(name) ? `table_${name}` : name);
  const rows = `Rows of the ${plan.files === null ? "table" : "files"}`;
  const all = { name: free("row_count"), text: `count().describe("${rows}")` };
  if (!hasWindow(plan)) return [all];
  return [all, { name: free("row_count_30d"), text: `count().over(days(30)).describe("${rows} within 30 days")` }];
}

function hasWindow({ isPopulation, time }: PlannedDefinition): boolean {
  return !isPopulation && time !== null;
}

/** Returns the columns of the entity's key that are no part of the source's own key. */
export function keyColumns({ key, rowKey }: PlannedDefinition): readonly PlannedColumn[] {
  if (rowKey === null) return [];
  return key
    .filter(({ column }) => !rowKey.some((part) => part.column === column))
    .map((column) => ({ ...column, inKey: false }));
}

function keyedByText({ key, rowKey }: PlannedDefinition): string {
  return rowKey === null ? "" : `.keyedBy(${key.map(({ name }) => JSON.stringify(name)).join(", ")})`;
}

/** Returns the columns for features; without an event time, only those whose aggregate needs none. */
export function featureColumns(plan: PlannedDefinition): readonly PlannedColumn[] {
  return plan.columns.filter(
    (column) => column !== plan.time && (plan.time !== null || column.type.helper === "bool" || isOrdered(column)),
  );
}

/** Returns the aggregate for a column; without an event time, one that needs none. */
function aggregateOf({ time }: PlannedDefinition, { type }: PlannedColumn): string {
  if (time !== null) return "latest";
  return type.helper === "bool" ? "any" : "max";
}

function isOrdered({ type }: PlannedColumn): boolean {
  return ["int32", "int64", "float32", "float64", "decimal", "string", "timestamp", "date", "uuid"].includes(
    type.helper,
  );
}

function timeText({ time, history }: PlannedDefinition): string {
  if (time === null)
    return `  // No event time: no column looks like the time at which a row came to be. One that moves when the row is updated would
  // take the row's entity out of the past: training sets would have nothing of it before its last update.`;
  const words =
    history.history === "current"
      ? "When a row came to be: before that, its entity does not exist. Do not use a column that changes when the row is updated."
      : "When a row became true: orders rows and determines a feature's age.";
  return `  // ${words}\n  eventTime: "${time.name}",`;
}

function tieBreakText({ tieBreak }: PlannedDefinition): string {
  const names = tieBreak.map((name) => JSON.stringify(name));
  if (names.length === 0) return "";
  return `\n  // Orders rows of the same time.\n  tieBreak: ${names.length === 1 ? names[0] : `[${names.join(", ")}]`},`;
}

function columnText(column: PlannedColumn): string {
  const renamed = column.name === column.column ? "" : `.from(${JSON.stringify(column.column)})`;
  const nullable = column.nullable && !column.inKey ? ".nullable()" : "";
  return `${column.type.helper}(${column.type.argument})${renamed}${nullable}`;
}

function featureText(plan: PlannedDefinition, column: PlannedColumn): string {
  const value = `${aggregateOf(plan, column)}(row.${column.name})`;
  const space = column.type.helper === "vector" ? `.space("${`${plan.source}_${column.name}`.slice(0, 64)}")` : "";
  const words = `The ${plan.entity}'s ${column.name}`.replaceAll("_", " ");
  return `${value}${space}.describe(${JSON.stringify(words)})`;
}

/** The digits after the point that DuckDB keeps of a decimal. */
const KEPT_DIGITS = 10;

function remark(column: PlannedColumn, { files }: PlannedDefinition): string {
  if (column.databaseType.startsWith("numeric")) {
    const digits = Number(/^numeric\(\d+,(\d+)\)/.exec(column.databaseType)?.[1] ?? 0);
    const texts =
      files !== null && digits > KEPT_DIGITS ? `texts with ${KEPT_DIGITS} digits after the point` : "exact texts";
    const place = files === null ? "the database" : "the files";
    return ` // ${column.databaseType} in ${place}; float64() gives numbers, decimal() ${texts}`;
  }
  if (column.type.argument.startsWith("{ zone")) return " // the zone its values are in";
  return "";
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? "an" : "a";
}

const reserved = new Set(
  (
    "abstract any as async await boolean break case catch class const continue debugger default delete do else enum " +
    "export extends false finally for from function if implements import in instanceof interface let new null number " +
    "package private protected public return static string super switch this throw true try type typeof undefined var " +
    "void while with yield bool int32 int64 float32 float64 decimal date uuid json timestamp vector count entity max " +
    "featureView latest source stringArray float64Array row days"
  ).split(" "),
);
