import { code, linkTo, oneLine } from "./markdown-text";
import type { ReferenceDocument } from "./reference-document";

/** Links to sections of the page; plain names for everything else. */
export interface MarkdownLinks {
  readonly section: (title: string) => string;
  readonly entity: (name: string) => string;
  readonly view: (name: string, text?: string) => string;
  readonly feature: (view: string, feature: string, text?: string) => string;
  readonly service: (name: string, text?: string) => string;
}

export const sections = {
  entities: "Entities",
  views: "Feature views",
  services: "Feature services",
  spaces: "Embedding spaces",
} as const;

/** The title of the page, also a heading. */
export const pageTitle = "Feature reference";

/** Creates the links. The headings must be in the order of the page, since repeated texts are numbered. */
export function markdownLinks(document: ReferenceDocument): MarkdownLinks {
  const { entities, feature_views, feature_services, embedding_spaces } = document;
  const slugs = headingSlugs([
    ["title", pageTitle],
    ...sectionOf(sections.entities, entities),
    ...entities.map(({ name }) => [`entity ${name}`, name] as const),
    ...sectionOf(sections.views, feature_views),
    ...feature_views.flatMap((view) => [
      [`view ${view.name}`, view.name] as const,
      ...view.features.map(({ name }) => [`feature ${view.name}.${name}`, `${view.name}.${name}`] as const),
    ]),
    ...sectionOf(sections.services, feature_services),
    ...feature_services.map(({ name }) => [`service ${name}`, name] as const),
    ...sectionOf(sections.spaces, embedding_spaces),
  ]);
  return {
    section: (title) => linkTo(slugs.get(`section ${title}`), title),
    entity: (name) => linkTo(slugs.get(`entity ${name}`), code(name)),
    view: (name, text = name) => linkTo(slugs.get(`view ${name}`), code(text)),
    feature: (view, feature, text = feature) => linkTo(slugs.get(`feature ${view}.${feature}`), code(text)),
    service: (name, text = name) => linkTo(slugs.get(`service ${name}`), code(text)),
  };
}

function sectionOf(title: string, content: readonly unknown[]): (readonly [string, string])[] {
  return content.length === 0 ? [] : [[`section ${title}`, title]];
}

/**
 * Returns GitHub's anchors of headings by key: lower case, without punctuation, spaces as hyphens, and a number for a
 * repeated text. `headings` are pairs of key and text, in the order of the page.
 *
 * @example headingSlugs([["view", "speech_sentiment.sentiment"]]).get("view") // "speech_sentimentsentiment"
 */
export function headingSlugs(headings: readonly (readonly [key: string, text: string])[]): ReadonlyMap<string, string> {
  const taken = new Map<string, number>();
  return new Map(
    headings.map(([key, text]) => {
      const plain = oneLine(text)
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
        .replaceAll(" ", "-");
      let slug = plain;
      while (taken.has(slug)) {
        const repeat = (taken.get(plain) ?? 0) + 1;
        taken.set(plain, repeat);
        slug = `${plain}-${repeat}`;
      }
      taken.set(slug, 0);
      return [key, slug];
    }),
  );
}
