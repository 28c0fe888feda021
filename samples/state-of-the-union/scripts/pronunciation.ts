import { dictionary } from "cmu-pronouncing-dictionary";
import { syllable } from "syllable";

// The dictionary is a plain object: "constructor" must not find Object's own.
const pronunciationOf = (word: string): string | undefined =>
  Object.hasOwn(dictionary, word) ? dictionary[word] : undefined;

/** Counts a word's syllables: vowels of the CMU dictionary's first pronunciation, else the estimate of `syllable`; at least 1. */
export function syllablesOf(word: string): number {
  const phones = pronunciationOf(word);
  return Math.max(1, phones === undefined ? syllable(word) : (phones.match(/\d/g)?.length ?? 1));
}

/**
 * Returns the phones that must match for two words to rhyme: from the last stressed vowel on, without stress marks.
 * `congress` → `AA NG G R AH S`; undefined for a word the CMU dictionary does not know.
 */
export function rhymeOf(word: string): string | undefined {
  const phones = pronunciationOf(word)?.split(" ");
  if (phones === undefined) {
    return undefined;
  }
  const stressed = phones.findLastIndex((phone) => phone.endsWith("1") || phone.endsWith("2"));
  return phones
    .slice(Math.max(0, stressed))
    .map((phone) => phone.replace(/\d/, ""))
    .join(" ");
}
