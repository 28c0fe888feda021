import { mean, normalBelow, rounded, standardDeviation } from "./numbers";
import type { Sentence } from "./text";

export interface SentimentResult {
  readonly sentiment: "positive" | "neutral" | "negative";
  readonly confidence: number;
  readonly details: Readonly<Record<string, number>>;
}

/** Mean and deviation of all texts' scores, for the relative version. */
export interface Collection {
  readonly mean: number;
  readonly deviation: number;
}

export const scoreOf = (sentences: readonly Sentence[]) => mean(sentences.map((sentence) => sentence.sentiment));

export function collectionOf(scores: readonly number[]): Collection {
  return { mean: mean(scores), deviation: standardDeviation(scores) };
}

/** Labels a score; neutral lies between the two bounds. */
function label(score: number, low: number, high: number) {
  return score >= high ? "positive" : score <= low ? "negative" : "neutral";
}

function shares(sentences: readonly Sentence[]) {
  const positive = sentences.filter((sentence) => sentence.sentiment > 0).length;
  const negative = sentences.filter((sentence) => sentence.sentiment < 0).length;
  return { positive, negative };
}

/**
 * `wink-absolute-1`: the mean sentiment of the sentences; positive from 0.05, negative from −0.05. Confidence is the share of
 * the sentences with any sentiment that agree with the label (for neutral: the share without any).
 */
export function absoluteSentiment(sentences: readonly Sentence[]): SentimentResult {
  const score = scoreOf(sentences);
  const { positive, negative } = shares(sentences);
  const sentiment = label(score, -0.05, 0.05);
  const charged = Math.max(1, positive + negative);
  const agreeing = { positive: positive / charged, negative: negative / charged };
  const confidence = sentiment === "neutral" ? 1 - charged / sentences.length : agreeing[sentiment];
  return {
    sentiment,
    confidence: rounded(confidence),
    details: {
      score: rounded(score),
      positive_share: rounded(positive / sentences.length),
      negative_share: rounded(negative / sentences.length),
    },
  };
}

/**
 * `wink-relative-2`: the same score relative to all addresses (nearly all are positive on the absolute scale): positive from
 * half a standard deviation above their mean, negative from half below. Confidence is the probability that the label would
 * hold for other sentences of the same kind (normal, with the standard error of the address's mean).
 */
export function relativeSentiment(sentences: readonly Sentence[], collection: Collection): SentimentResult {
  const score = scoreOf(sentences);
  const low = collection.mean - collection.deviation / 2;
  const high = collection.mean + collection.deviation / 2;
  const error = standardDeviation(sentences.map((sentence) => sentence.sentiment)) / Math.sqrt(sentences.length);
  const below = (bound: number) => normalBelow((bound - score) / Math.max(error, 1e-9));
  const probability = { negative: below(low), neutral: below(high) - below(low), positive: 1 - below(high) };
  const sentiment = label(score, low, high);
  const { positive, negative } = shares(sentences);
  return {
    sentiment,
    confidence: rounded(probability[sentiment]),
    details: {
      score: rounded(score),
      relative_score: rounded((score - collection.mean) / collection.deviation),
      positive_share: rounded(positive / sentences.length),
      negative_share: rounded(negative / sentences.length),
    },
  };
}
