import { featureSection, typeText, valuesText } from "./markdown-feature";
import { historyTable, versionTable } from "./markdown-history";
import type { MarkdownLinks } from "./markdown-links";
import { rowParagraphs, sourceRows } from "./markdown-source";
import { code, codeBlock, escapeText, markdownTable } from "./markdown-text";
import type { ViewDocument } from "./reference-document";

/** Builds the section of a view with those of its features as paragraphs. */
export function viewSection(view: ViewDocument, links: MarkdownLinks, withSql: boolean): string[] {
  const facts = [
    ["version", versionText(view)],
    ["entity", links.entity(view.entity)],
    ["owner", view.owner === null ? "nobody" : escapeText(view.owner)],
    ...(view.tags.length === 0 ? [] : [["tags", view.tags.map(code).join(", ")]]),
    ["scope", view.scope === "tenant" ? "each tenant has rows of its own" : "the same rows for everybody"],
    ...(view.freshness_seconds === null ? [] : [["freshness", `at most ${durationText(view.freshness_seconds)} old`]]),
    ["expires", view.ttl_seconds === null ? "never" : `after ${durationText(view.ttl_seconds)}`],
    ...sourceRows(view.source),
    ["read by", serviceLinks(view.services, links)],
  ];
  const history = historyTable(view.history);
  const isApplied = view.versions.some((version) => version.applied_at !== null);
  return [
    `### ${code(view.name)}`,
    ...(view.description === null ? [] : [escapeText(view.description)]),
    markdownTable(["", ""], facts),
    ...rowParagraphs(view.source, view.filter),
    markdownTable(
      ["feature", "type", "meaning", "unit", "values"],
      view.features.map((feature) => [
        links.feature(view.name, feature.name),
        typeText(feature),
        escapeText(feature.description ?? ""),
        escapeText(feature.unit ?? ""),
        valuesText(feature),
      ]),
    ),
    "Columns that it reads:",
    columnTable(view, links),
    ...(isApplied || view.versions.length > 1 ? ["Versions:", versionTable(view.versions, view)] : []),
    ...(history === "" ? [] : ["History:", history]),
    ...(withSql
      ? [`<details>\n<summary>SQL of version ${view.version}</summary>`, codeBlock("sql", sqlText(view)), "</details>"]
      : []),
    ...view.features.flatMap((feature) => featureSection(view, feature, links)),
  ].filter((paragraph) => paragraph !== "");
}

function versionText({ version, promoted, next, state }: ViewDocument): string {
  const marks = [
    version === promoted ? "promoted" : `version ${promoted} is promoted`,
    ...(next === null || next === version ? [] : [`${next} takes over with its first publish`]),
    ...(state === "active" ? [] : [state]),
  ];
  return `${version}, ${marks.join(", ")}`;
}

function columnTable({ name, columns }: ViewDocument, links: MarkdownLinks): string {
  const rows = columns.map((column) => [
    code(column.column),
    column.column === column.name ? "" : code(column.name),
    [
      typeText(column),
      ...(column.zone === null ? [] : [`in zone ${code(column.zone)}`]),
      ...(column.static ? ["never changes"] : []),
    ].join(", "),
    [
      ...(column.filters ? ["the choice of rows"] : []),
      ...column.features.map((each) => links.feature(name, each)),
    ].join(", "),
  ]);
  return rows.length === 0 ? "none." : markdownTable(["column", "named", "type", "read by"], rows);
}

function serviceLinks(services: readonly string[], links: MarkdownLinks): string {
  if (services.length === 0) return "no service";
  return services.map((service) => links.service(service.slice(0, service.lastIndexOf("@")), service)).join(", ");
}

/** Formats a duration in the largest unit with a whole number: `365 days`. */
function durationText(seconds: number): string {
  const [unit, length] =
    seconds % 86_400 === 0 ? ["day", 86_400] : seconds % 3600 === 0 ? ["hour", 3600] : ["minute", 60];
  const count = seconds / Number(length);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function sqlText({ sql, parameters }: ViewDocument): string {
  const comments = parameters.map((value, index) => `-- $${index + 2}: ${JSON.stringify(value)}`);
  return ["-- $1: the as-of time, as 2026-01-01T00:00:00.000000Z", ...comments, sql].join("\n");
}
