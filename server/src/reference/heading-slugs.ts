import { oneLine } from "./markdown-text";

/**
 * Returns GitHub's anchors of headings by key: lower case, without punctuation, spaces as hyphens, and a number for a
 * repeated text. `headings` are pairs of key and text, in the order of the page.
 *
 * @example headingSlugs([["view", "lyric_sentiment.mood"]]).get("view") // "lyric_sentimentmood"
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
