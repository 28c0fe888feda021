import type { PlannedDefinition } from "./plan-definition";
import type { PlannedColumn } from "./planned-column";

/** The text of `definitions/index.ts` for a planned definition. */
export function definitionText(plan: PlannedDefinition): string {
  const names = constantNames(plan);
  const helpers = new Set(["count", "entity", "featureView", "source", ...plan.key.map(({ type }) => type.helper)]);
  if (!plan.isPopulation) helpers.add("days");
  for (const column of plan.columns) helpers.add(column.type.helper);
  const features = plan.columns.filter((column) => column !== plan.time);
  if (features.length > 0) helpers.add("latest");
  return `import { ${[...helpers].sort().join(", ")} } from "@featstore/definitions";

/** The table as Featstore reads it. It is never written to. */
export const ${names.source} = source({
  name: "${plan.source}",
  table: ${JSON.stringify(plan.table)},
  key: { ${plan.key.map((column) => `${column.name}: ${columnText(column)}`).join(", ")} },
  // When a row became true: it orders rows, and says how old a feature is.
  eventTime: "${plan.time.name}",${tieBreakText(plan)}
  // Confirm this: ${plan.history.reason}.
  // "current": rows are updated in place. "events": rows are only ever added. "versions": each change is a new row.
  history: "${plan.history.history}",
  columns: {
${plan.columns.map((column) => `    ${column.name}: ${columnText(column)},${remark(column)}`).join("\n")}
  },
});
${plan.unread.length > 0 ? `// Left out, because no feature can read their type: ${plan.unread.join(", ")}.\n` : ""}
/** What the features describe, and how one of them is identified. */
export const ${names.entity} = entity({
  name: "${plan.entity}",
  key: { ${plan.key.map(({ name, type }) => `${name}: ${type.helper}(${type.argument})`).join(", ")} },${
    plan.isPopulation ? `\n  // The table says which of them exist.\n  from: ${names.source},` : ""
  }
});

/** An applied version never changes its meaning: change the features, and make it version 2. */
export const ${names.view} = featureView({
  name: "${plan.view}",
  version: 1,
  entity: ${names.entity},
  from: ${names.source},
  owner: "me",
  description: ${JSON.stringify(`What ${plan.table} says of ${article(plan.entity)} ${plan.entity.replaceAll("_", " ")}`)},
  features: (row) => ({
${features.map((column) => `    ${column.name}: ${featureText(plan, column)},`).join("\n")}${features.length > 0 ? "\n" : ""}${countFeatures(
  plan,
)
  .map(({ name, text }) => `    ${name}: ${text},`)
  .join("\n")}
  }),
});
`;
}

/** The names of the exported constants: never a name that the file imports, nor a word of the language. */
export function constantNames(plan: PlannedDefinition): { source: string; entity: string; view: string } {
  const safe = (name: string, suffix: string) => {
    const camel = name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replace(/_$/, "");
    return reserved.has(camel) ? `${camel}${suffix}` : camel;
  };
  return { source: safe(plan.source, "Source"), entity: safe(plan.entity, "Entity"), view: safe(plan.view, "View") };
}

/** The features that count rows, under names free of the columns' names; events have one over a window as well. */
export function countFeatures(plan: PlannedDefinition): { name: string; text: string }[] {
  const taken = new Set(plan.columns.map((column) => column.name));
  const free = (name: string) => (taken.has(name) ? `table_${name}` : name);
  const all = { name: free("row_count"), text: `count().describe("Rows of the table")` };
  if (plan.isPopulation) return [all];
  return [
    all,
    { name: free("row_count_30d"), text: `count().over(days(30)).describe("Rows of the table within 30 days")` },
  ];
}

function tieBreakText({ tieBreak }: PlannedDefinition): string {
  const names = tieBreak.map((name) => JSON.stringify(name));
  if (names.length === 0) return "";
  return `\n  // What orders rows of the same time.\n  tieBreak: ${names.length === 1 ? names[0] : `[${names.join(", ")}]`},`;
}

function columnText(column: PlannedColumn): string {
  const renamed = column.name === column.column ? "" : `.from(${JSON.stringify(column.column)})`;
  const nullable = column.nullable && !column.inKey ? ".nullable()" : "";
  return `${column.type.helper}(${column.type.argument})${renamed}${nullable}`;
}

function featureText(plan: PlannedDefinition, column: PlannedColumn): string {
  const value = `latest(row.${column.name})`;
  const space = column.type.helper === "vector" ? `.space("${`${plan.source}_${column.name}`.slice(0, 64)}")` : "";
  const words = `The ${plan.entity}'s ${column.name}`.replaceAll("_", " ");
  return `${value}${space}.describe(${JSON.stringify(words)})`;
}

function remark(column: PlannedColumn): string {
  if (column.databaseType.startsWith("numeric"))
    return ` // ${column.databaseType} in the database; float64() gives numbers, decimal() exact texts`;
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
    "void while with yield bool int32 int64 float32 float64 decimal date json timestamp vector count entity " +
    "featureView latest source stringArray float64Array row days"
  ).split(" "),
);
