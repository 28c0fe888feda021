import type { Sentence } from "./text";

const TERMS = 8;

/**
 * Finds the eight words that distinguish each text: nouns by term frequency × inverse document frequency, without those in
 * a single text (mostly names and misspellings). Ties are in alphabetical order.
 */
export function keyTerms(texts: readonly (readonly Sentence[])[]): string[][] {
  const frequencies = texts.map((sentences) => {
    const counts = new Map<string, number>();
    for (const word of sentences.flatMap((sentence) => sentence.words)) {
      if (word.partOfSpeech === "n" && /^[a-z]{4,}$/.test(word.lemma)) {
        counts.set(word.lemma, (counts.get(word.lemma) ?? 0) + 1);
      }
    }
    return counts;
  });
  const documents = new Map<string, number>();
  for (const word of frequencies.flatMap((counts) => [...counts.keys()])) {
    documents.set(word, (documents.get(word) ?? 0) + 1);
  }
  return frequencies.map((counts) =>
    [...counts]
      .filter(([word]) => (documents.get(word) ?? 0) > 1)
      .map(([word, count]) => ({ word, weight: count * Math.log(texts.length / (documents.get(word) ?? 1)) }))
      .sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1))
      .slice(0, TERMS)
      .map(({ word }) => word),
  );
}
