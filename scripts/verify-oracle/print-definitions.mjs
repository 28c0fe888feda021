// Prints the TypeScript of definitions that are described as plain data (case.json). It decides nothing: each node becomes
// the call of its name.

/** Returns the text of a definitions file. */
export function printDefinitions({ sources, entities, views, services, datasets }) {
  const lines = ['import * as f from "@featstore/definitions";', ""];
  for (const [name, source] of Object.entries(sources))
    lines.push(`export const ${name} = ${printSource(name, source)};`);
  for (const [name, entity] of Object.entries(entities))
    lines.push(`export const ${name} = ${printEntity(name, entity)};`);
  for (const view of views) lines.push(`export const ${view.name} = ${printView(view)};`);
  for (const { name, views: names, computed } of services)
    lines.push(
      `export const ${name} = f.featureService({ name: "${name}", version: 1, description: "All", features: [${names.map((view) => `${view}.all()`)}], computed: (p) => ({ ${printComputed(computed)} }) });`,
    );
  for (const dataset of datasets) lines.push(`export const ${dataset.name} = ${printDataset(dataset)};`);
  return `${lines.join("\n")}\n`;
}

const TYPES = { "string[]": "stringArray", "float64[]": "float64Array" };

function printSource(name, { table, key, eventTime, knownTime, tieBreak, history, columns, static: isStatic }) {
  const keys = Object.entries(key).map(([part, [type, column]]) => `${part}: f.${type}().from(${text(column)})`);
  const declared = Object.entries(columns).map(
    ([column, type]) => `${column}: f.${TYPES[type] ?? type}().nullable()${isStatic ? ".static()" : ""}`,
  );
  const options = [`name: ${text(name)}`, `table: ${text(table)}`, `key: { ${keys} }`, `history: ${text(history)}`];
  if (eventTime !== null) {
    const [column, zone] = eventTime;
    options.push(`eventTime: ${zone === null ? text(column) : `{ column: ${text(column)}, zone: ${text(zone)} }`}`);
  }
  if (knownTime !== null) options.push(`knownTime: ${text(knownTime)}`);
  if (tieBreak.length > 0) options.push(`tieBreak: ${JSON.stringify(tieBreak)}`);
  return `f.source({ ${options.join(", ")}, columns: { ${declared} } })`;
}

function printEntity(name, { key, population }) {
  const parts = Object.entries(key).map(([part, type]) => `${part}: f.${type}()`);
  return `f.entity({ name: "${name}", key: { ${parts} }${population === null ? "" : `, from: ${population}`}, description: "An entity" })`;
}

function printView({ name, entity, source, keyedBy, sourceWhere, where, ttl, features }) {
  const filtered = sourceWhere === null ? "" : `.where((p) => ${print(sourceWhere)})`;
  const from = `${source}${filtered}${keyedBy === null ? "" : `.keyedBy(${text(keyedBy)})`}`;
  const options = [`name: "${name}"`, "version: 1", `entity: ${entity}`, `from: ${from}`];
  if (where !== null) options.push(`where: (p) => ${print(where)}`);
  if (ttl !== null) options.push(`ttl: ${duration(ttl)}`);
  const printed = Object.entries(features).map(([feature, { expression, default: fallback }]) => {
    const withDefault = fallback === null ? "" : `.default(${constant(fallback, expression.type)})`;
    return `    ${feature}: ${print(expression)}.describe("A feature")${withDefault},\n`;
  });
  return `f.featureView({ ${options.join(", ")}, features: (p) => ({\n${printed.join("")}  }) })`;
}

function printDataset({ name, service, source, columns, missing }) {
  const printed = Object.entries(columns).map(([column, spec]) => {
    const value = service === undefined ? print(spec) : `p.${spec.view}.${spec.feature}`;
    return `    ${column}: ${value}.describe("A column"),\n`;
  });
  const options = [
    `name: "${name}", from: ${service ?? source}, title: "Rows", purpose: "Test", provenance: ["Generated"], licence: "CC0-1.0"`,
    'cadence: "Never", contact: "data@example.org", access: "public"',
  ];
  if (missing !== undefined) options.push(`clean: { missing: ${JSON.stringify(missing)} }`);
  else options.push("clean: { missing: [] }");
  return `f.dataset({ ${options.join(", ")}, columns: (p) => ({\n${printed.join("")}  }) })`;
}

function printComputed(computed) {
  return Object.entries(computed).map(([name, node]) => `${name}: ${print(node)}.describe("Computed")`);
}

function print(node) {
  if (node.col !== undefined) return `p.${node.col}`;
  if ("lit" in node) return constant(node.lit, node.type);
  if (node.agg !== undefined) return printAggregate(node);
  const [first, ...rest] = node.args.map(print);
  switch (node.fn) {
    case "cast":
      return `${first}.${TYPES[node.to] ?? node.to}()`;
    case "get":
      return `${first}.get(${node.path.map((step) => JSON.stringify(step)).join(", ")})`;
    case "hour":
      return `${first}.hour(${node.zone === null ? "" : text(node.zone)})`;
    case "coalesce":
    case "ratePerDay":
    case "changeAgainstPrevious":
      return `f.${node.fn}(${[first, ...rest].join(", ")})`;
    case "when":
      return printWhen([first, ...rest]);
    default:
      return `${first}.${node.fn}(${rest.join(", ")})`;
  }
}

/** The arguments are pairs of condition and value, and perhaps the value of `otherwise`. */
function printWhen(parts) {
  let printed = "f";
  let index = 0;
  for (; index + 1 < parts.length; index += 2) printed += `.when(${parts[index]}, ${parts[index + 1]})`;
  return printed + (index < parts.length ? `.otherwise(${parts[index]})` : ".end()");
}

function printAggregate({ agg, of, where, over, ignoreNulls, fraction, limit }) {
  const operands = of === null ? [] : [print(of)];
  if (agg === "percentile") operands.push(String(fraction));
  if (agg === "lastN") operands.push(String(limit));
  if (agg === "collect") operands.push(`{ limit: ${limit} }`);
  let printed = `f.${agg}(${operands.join(", ")})`;
  if (where !== null) printed += `.where(${print(where)})`;
  if (over !== null) {
    const before = over.endingBefore === undefined ? "" : `, { endingBefore: ${duration(over.endingBefore)} }`;
    printed += `.over(${duration(over)}${before})`;
  }
  return ignoreNulls ? `${printed}.ignoreNulls()` : printed;
}

function constant(value, type) {
  if (type === "int64") return `${BigInt(value)}n`;
  return typeof value === "string" ? text(value) : String(value);
}

const duration = ({ unit, n }) => `f.${unit}(${n})`;
const text = (value) => JSON.stringify(value);
