import { readFileSync } from "node:fs";
import { EMOTIONS, type Emotion } from "./emotions";
import { rounded } from "./numbers";
import type { Sentence } from "./text";

export type EmotionVersion = "wordnet-3.1-near-1" | "wordnet-3.1-weighted-2";

interface Entry {
  readonly emotion: Emotion;
  readonly steps: number;
  readonly share: number;
}

/** The possible emotions of a word, by `lemma#part`. */
export type Lexicon = ReadonlyMap<string, readonly Entry[]>;

const SECTIONS = 5;

export function readLexicon(): Lexicon {
  const lexicon = new Map<string, Entry[]>();
  const file = new URL("../lexicon/emotion.csv", import.meta.url);
  for (const line of readFileSync(file, "utf8").trim().split("\n").slice(1)) {
    const [lemma, part, emotion, steps, share] = line.split(",");
    const known = EMOTIONS.find((each) => each === emotion);
    if (known !== undefined) {
      const key = `${lemma}#${part}`;
      lexicon.set(key, [...(lexicon.get(key) ?? []), { emotion: known, steps: Number(steps), share: Number(share) }]);
    }
  }
  return lexicon;
}

function weightOf(entry: Entry, version: EmotionVersion): number {
  return version === "wordnet-3.1-near-1" ? (entry.steps <= 1 ? 1 : 0) : 0.5 ** entry.steps * entry.share;
}

/** The emotions' shares of the total weight, which sum to exactly 1 in four decimals; null if there are no emotion words. */
function emotionsOf(sentences: readonly Sentence[], lexicon: Lexicon, version: EmotionVersion) {
  const sums = new Map<Emotion, number>(EMOTIONS.map((emotion) => [emotion, 0]));
  for (const word of sentences.flatMap((sentence) => sentence.words)) {
    if (version === "wordnet-3.1-near-1" || !word.negated) {
      for (const entry of lexicon.get(`${word.lemma}#${word.partOfSpeech}`) ?? []) {
        sums.set(entry.emotion, (sums.get(entry.emotion) ?? 0) + weightOf(entry, version));
      }
    }
  }
  const total = [...sums.values()].reduce((sum, value) => sum + value, 0);
  if (total === 0) {
    return null;
  }
  // In ten-thousandths, with the rounding error added to the largest share, so that the sum is exactly 1.
  const parts = EMOTIONS.map((emotion) => Math.round((10_000 * (sums.get(emotion) ?? 0)) / total));
  const largest = parts.indexOf(Math.max(...parts));
  const lost = 10_000 - parts.reduce((sum, part) => sum + part, 0);
  const shares = parts.map((part, at) => rounded((at === largest ? part + lost : part) / 10_000));
  return Object.fromEntries(EMOTIONS.map((emotion, at) => [emotion, shares[at] ?? 0]));
}

/** Splits into five sections of about the same number of words; a sentence belongs to the section in which it starts. */
function sectionsOf(sentences: readonly Sentence[]): Sentence[][] {
  const total = sentences.reduce((sum, sentence) => sum + sentence.words.length, 0);
  const sections: Sentence[][] = Array.from({ length: SECTIONS }, () => []);
  let before = 0;
  for (const sentence of sentences) {
    sections[Math.floor((SECTIONS * before) / total)]?.push(sentence);
    before += sentence.words.length;
  }
  return sections;
}

/**
 * Analyses the emotion words of a text with the lexicon derived from WordNet. `wordnet-3.1-near-1` counts each word at most
 * one step from a seed as 1. `wordnet-3.1-weighted-2` goes two steps, halves the weight with each, multiplies it by the
 * share of that sense, and ignores negated words. `arc` omits sections without emotion words.
 */
export function analyseEmotion(sentences: readonly Sentence[], lexicon: Lexicon, version: EmotionVersion) {
  const emotions = emotionsOf(sentences, lexicon, version);
  const arc = sectionsOf(sentences)
    .map((section) => emotionsOf(section, lexicon, version))
    .filter((section) => section !== null);
  return emotions === null ? {} : { emotions, arc };
}
