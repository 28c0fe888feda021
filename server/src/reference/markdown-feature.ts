import type { MarkdownLinks } from "./markdown-links";
import { tableText, tableTextOf } from "./markdown-source";
import { code, codeBlock, escapeText } from "./markdown-text";
import type { FeatureDocument, ViewDocument } from "./reference-document";

/** Builds the section of a feature as paragraphs. */
export function featureSection(view: ViewDocument, feature: FeatureDocument, links: MarkdownLinks): string[] {
  const { description, unit, maximum_null_fraction, owner, pii, tags, embedding } = feature;
  const values = valuesText(feature);
  const facts = [
    `Type: ${typeText(feature)}`,
    ...(unit === null ? [] : [`Unit: ${escapeText(unit)}`]),
    ...(values === "" ? [] : [`Values: ${values}`]),
    ...(feature.default === undefined ? [] : [`Read instead of null: ${code(JSON.stringify(feature.default))}`]),
    ...(maximum_null_fraction === null ? [] : [`Nulls: at most a share of ${maximum_null_fraction}`]),
    ...(embedding === null
      ? []
      : [
          `Embedding: space ${code(embedding.space)}, ${embedding.dimensions} dimensions, metric ${code(embedding.metric)}`,
        ]),
    ...(owner === null ? [] : [`Owner: ${escapeText(owner)}`]),
    ...(pii ? ["Personal data"] : []),
    ...(tags.length === 0 ? [] : [`Tags: ${tags.map(code).join(", ")}`]),
    `Lineage: ${lineageText(view, feature, links)}`,
  ];
  return [
    `#### ${code(`${view.name}.${feature.name}`)}`,
    ...(description === null ? [] : [escapeText(description)]),
    codeBlock("ts", feature.expression),
    facts.map((fact) => `- ${fact}`).join("\n"),
  ];
}

/** Formats a type: `float64` or null. */
export function typeText({ type, nullable }: { readonly type: string; readonly nullable: boolean }): string {
  return `${code(type)}${nullable ? " or null" : ""}`;
}

/** Formats a feature's declared range or allowed values; `""` if it declares none. */
export function valuesText({ minimum, maximum, allowed_values }: FeatureDocument): string {
  if (allowed_values !== null) return allowed_values.map((value) => code(String(value))).join(", ");
  if (minimum !== null && maximum !== null) return `${minimum} to ${maximum}`;
  if (minimum !== null) return `at least ${minimum}`;
  return maximum === null ? "" : `at most ${maximum}`;
}

/** Formats the lineage: source columns → feature → services. */
function lineageText(view: ViewDocument, feature: FeatureDocument, links: MarkdownLinks): string {
  const table = tableText(view.source);
  const columns = feature.columns.map((name) => {
    const column = view.columns.find((candidate) => candidate.name === name);
    return code(column ? `${tableTextOf(view.source, column.source)}.${column.column}` : `${table}.${name}`);
  });
  const services = feature.services.map(({ name, version, view_version }) => {
    const pinned = view_version === view.version ? "" : ` (of ${code(`${view.name}@${view_version}`)})`;
    return `${links.service(name, `${name}@${version}`)}${pinned}`;
  });
  return [
    columns.length === 0 ? `rows of ${code(table)}` : columns.join(", "),
    code(`${view.name}.${feature.name}`),
    services.length === 0 ? "no service" : services.join(", "),
  ].join(" → ");
}
