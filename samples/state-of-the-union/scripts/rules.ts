import { mean, rounded } from "./numbers";
import { rhymeOf, syllablesOf } from "./pronunciation";
import type { Sentence } from "./text";

export type RulesVersion = "rules-1" | "rules-2";

const RHYME_REACH = 4;
const TTR_WINDOW = 500;

/** Type-token ratio of the whole text; it falls with the text's length. */
const typeTokenRatio = (words: readonly string[]) => (words.length === 0 ? 0 : new Set(words).size / words.length);

/** The mean type-token ratio of all windows of 500 words (MATTR, Covington and McFall 2010); independent of the length. */
function movingTypeTokenRatio(words: readonly string[]): number {
  if (words.length <= TTR_WINDOW) {
    return typeTokenRatio(words);
  }
  const counts = new Map<string, number>();
  let sum = 0;
  for (const [at, word] of words.entries()) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    const leaving = words[at - TTR_WINDOW];
    if (leaving !== undefined) {
      const left = (counts.get(leaving) ?? 0) - 1;
      if (left === 0) {
        counts.delete(leaving);
      } else {
        counts.set(leaving, left);
      }
    }
    if (at >= TTR_WINDOW - 1) {
      sum += counts.size / TTR_WINDOW;
    }
  }
  return sum / (words.length - TTR_WINDOW + 1);
}

/** The share of three-word sequences that occur earlier in the text. */
function repetitionOf(words: readonly string[]): number {
  const total = words.length - 2;
  const seen = new Set<string>();
  for (let at = 0; at < total; at += 1) {
    seen.add(`${words[at]} ${words[at + 1]} ${words[at + 2]}`);
  }
  return total <= 0 ? 0 : 1 - seen.size / total;
}

/** The share of lines whose last word rhymes with another last word within four lines before or after it. */
function rhymeDensity(lines: readonly Sentence[]): number {
  const ends = lines.map((line) => {
    const word = line.words.at(-1)?.text ?? "";
    return { word, rhyme: rhymeOf(word) };
  });
  const rhyming = ends.filter(({ word, rhyme }, at) =>
    ends
      .slice(Math.max(0, at - RHYME_REACH), at + RHYME_REACH + 1)
      .some((other) => rhyme !== undefined && other.word !== word && other.rhyme === rhyme),
  );
  return ends.length === 0 ? 0 : rhyming.length / ends.length;
}

/**
 * Analyses a text by rules only. A line is a sentence, since the texts have no line breaks.
 *
 * `readability` is Flesch's reading ease (R. Flesch 1948): 206.835 − 1.015 words per sentence − 84.6 syllables per word.
 * `rules-1` takes `ttr` over the whole text, `rules-2` as the mean over windows of 500 words.
 * Without `rhyme_scheme` and `profanity_ratio`: prose has no rhyme scheme, and no word list tells "damn" from "dam" here.
 */
export function analyseByRules(lines: readonly Sentence[], version: RulesVersion) {
  const words = lines.flatMap((line) => line.words.map((word) => word.text));
  const syllables = lines.map((line) => line.words.reduce((sum, word) => sum + syllablesOf(word.text), 0));
  const perWord = syllables.reduce((sum, count) => sum + count, 0) / words.length;
  return {
    words: words.length,
    unique_words: new Set(words).size,
    ttr: rounded(version === "rules-1" ? typeTokenRatio(words) : movingTypeTokenRatio(words)),
    readability: rounded(206.835 - (1.015 * words.length) / lines.length - 84.6 * perWord, 2),
    rhyme_density: rounded(rhymeDensity(lines)),
    syllables_per_line: rounded(mean(syllables), 2),
    repetition: rounded(repetitionOf(words)),
  };
}

/** Flesch–Kincaid grade level (Kincaid et al. 1975), the `grade_level`: school years needed to read the text. */
export function gradeLevel(lines: readonly Sentence[]): number {
  const words = lines.flatMap((line) => line.words);
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word.text), 0);
  return rounded((0.39 * words.length) / lines.length + (11.8 * syllables) / words.length - 15.59, 2);
}
