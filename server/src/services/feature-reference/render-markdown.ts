import { type MarkdownLinks, markdownLinks, pageTitle, sections } from "./markdown-links";
import { serviceSection } from "./markdown-service";
import { rowParagraphs, sourceRows } from "./markdown-source";
import { code, escapeText, markdownTable } from "./markdown-text";
import { viewSection } from "./markdown-view";
import type { EntityDocument, ReferenceDocument, SpaceDocument } from "./reference-document";

export interface MarkdownOptions {
  /** A sentence in a comment that says how the page is written. */
  readonly origin?: string;
  /** Whether each view has its SQL. Default false. */
  readonly withSql?: boolean;
}

/** The reference as one Markdown page with an index on top; its links are the anchors that GitHub gives to headings. */
export function renderMarkdown(
  document: ReferenceDocument,
  { origin = "Written by featstore docs: write it again rather than edit it.", withSql = false }: MarkdownOptions = {},
): string {
  const { entities, feature_views, feature_services, embedding_spaces } = document;
  const links = markdownLinks(document);
  const section = (title: string, paragraphs: readonly string[]): readonly string[] =>
    paragraphs.length === 0 ? [] : [`## ${title}`, ...paragraphs];
  const paragraphs = [
    `# ${pageTitle}`,
    `<!-- ${origin.replaceAll("--", "- -")} -->`,
    ...(entities.length + feature_views.length + feature_services.length === 0
      ? ["Nothing is applied yet: `featstore apply` does it."]
      : indexOf(document, links)),
    ...section(
      sections.entities,
      entities.flatMap((entity) => entitySection(entity, links)),
    ),
    ...section(
      sections.views,
      feature_views.flatMap((view) => viewSection(view, links, withSql)),
    ),
    ...section(
      sections.services,
      feature_services.flatMap((service) => serviceSection(service, links)),
    ),
    ...section(sections.spaces, spaceParagraphs(embedding_spaces, links)),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

function indexOf(document: ReferenceDocument, links: MarkdownLinks): string[] {
  const { entities, feature_views, feature_services, embedding_spaces } = document;
  const titles = [
    ...(entities.length === 0 ? [] : [sections.entities]),
    ...(feature_views.length === 0 ? [] : [sections.views]),
    ...(feature_services.length === 0 ? [] : [sections.services]),
    ...(embedding_spaces.length === 0 ? [] : [sections.spaces]),
  ];
  return [
    titles.map(links.section).join(" · "),
    markdownTable(
      ["feature view", "version", "of", "features", "owner", "meaning"],
      feature_views.map(({ name, version, entity, features, owner, description }) => [
        links.view(name),
        String(version),
        links.entity(entity),
        String(features.length),
        escapeText(owner ?? ""),
        escapeText(description ?? ""),
      ]),
    ),
    markdownTable(
      ["feature service", "version", "of", "features", "owner", "meaning"],
      feature_services.flatMap(({ name, promoted, versions }) =>
        versions
          .filter(({ version }) => version === promoted)
          .map(({ version, entity, features, owner, description }) => [
            links.service(name),
            String(version),
            links.entity(entity),
            String(features.length),
            escapeText(owner ?? ""),
            escapeText(description ?? ""),
          ]),
      ),
    ),
  ].filter((paragraph) => paragraph !== "");
}

function entitySection(
  { name, description, key, population, feature_views }: EntityDocument,
  links: MarkdownLinks,
): string[] {
  const facts = [
    ["key", key.map((part) => `${code(part.name)} ${code(part.type)}`).join(", ")],
    ["feature views", feature_views.length === 0 ? "none" : feature_views.map((view) => links.view(view)).join(", ")],
    ...(population === null
      ? [["population", "those seen in a view's source"]]
      : sourceRows(population).map(asPopulation)),
  ];
  return [
    `### ${code(name)}`,
    ...(description === null ? [] : [escapeText(description)]),
    markdownTable(["", ""], facts),
    ...(population === null ? [] : rowParagraphs(population, null)),
  ];
}

function asPopulation([title = "", ...cells]: readonly string[]): string[] {
  return [title === "source" ? "population" : title, ...cells];
}

function spaceParagraphs(spaces: readonly SpaceDocument[], links: MarkdownLinks): string[] {
  if (spaces.length === 0) return [];
  return [
    "Vectors are compared within one space only.",
    markdownTable(
      ["space", "dimensions", "metric", "features"],
      spaces.map(({ space, dimensions, metric, features }) => [
        code(space),
        String(dimensions),
        code(metric),
        features.map((feature) => featureLink(feature, links)).join(", "),
      ]),
    ),
  ];
}

function featureLink(feature: string, links: MarkdownLinks): string {
  const dot = feature.indexOf(".");
  return links.feature(feature.slice(0, dot), feature.slice(dot + 1), feature);
}
