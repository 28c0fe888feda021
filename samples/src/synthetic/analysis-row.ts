import type { Analyzer, PlannedAnalysis } from "./plan";
import { createRandom, type Random } from "./random";
import { csvField, ratio } from "./text";

const MOODS = ["melancholic", "aggressive", "playful", "triumphant", "calm"] as const;
const STYLES = ["storytelling", "punchlines", "abstract", "party"] as const;
const THEMES = ["money", "loyalty", "loss", "the city", "love", "ambition", "betrayal", "faith"] as const;
const EMOTIONS = ["joy", "sadness", "anger", "fear", "surprise", "love"] as const;

/** The values of a row, as JSON and CSV texts. */
interface Values {
  readonly sentiment: string | null;
  readonly confidence: string | null;
  readonly themes: string | null;
  readonly data: string | null;
  readonly complexity: string | null;
  readonly milliseconds: number | null;
}

/** Formats a number as JSON: 5 % are text, 1.5 % are not a number. */
function messyNumber(random: Random, text: string): string {
  if (random.chance(0.935)) return text;
  return random.chance(0.77) ? `"${text}"` : random.pick(['"n/a"', '""', "null", '"high"', '"0,8"']);
}

function object(random: Random, keys: readonly string[], absent: number): string {
  return `{${keys.filter(() => !random.chance(absent)).join(",")}}`;
}

function sentimentOf(random: Random): string | null {
  if (random.chance(0.02)) return null;
  const draw = random.unit();
  const label = draw < 0.45 ? "negative" : draw < 0.75 ? "neutral" : "positive";
  if (random.chance(0.97)) return label;
  return random.pick([label.toUpperCase(), ` ${label}`, "mixed"]);
}

function themesOf(random: Random, asJson: boolean): string | null {
  if (random.chance(0.05)) return random.chance(0.5) ? null : "";
  const themes = Array.from({ length: 1 + random.below(4) }, () => random.pick(THEMES));
  return asJson ? `[${themes.map((theme) => `"${theme}"`).join(",")}]` : themes.join(", ");
}

/** Builds a language model's values. Some models use the whole range, others give nearly everything a round 0.7 to 0.95. */
function languageModel(random: Random, name: Analyzer): Values {
  const generous = name === "gemma-3-27b-it";
  const scale = () => (generous ? (14 + random.below(6)) / 20 : random.unit());
  const score = (key: string) => `"${key}":${messyNumber(random, generous ? scale().toFixed(2) : ratio(scale()))}`;
  const themes = Array.from({ length: random.below(4) }, () => `"${random.pick(THEMES)}"`);
  const prompt = 300 + random.below(1200);
  const completion = 80 + random.below(400);
  const keys = [
    score("quality_score"),
    score("commercial_potential"),
    score("viral_potential"),
    score("longevity"),
    `"mood":"${random.pick(MOODS)}"`,
    `"style":"${random.pick(STYLES)}"`,
    `"themes":[${themes.join(",")}]`,
    `"structure":{"hooks":${random.below(4)},"verses":${1 + random.below(4)}}`,
    `"tokens":{"prompt":${prompt},"completion":${completion}}`,
    `"cost_usd":${messyNumber(random, ((prompt + 4 * completion) / 10_000_000).toFixed(7))}`,
  ];
  return {
    sentiment: sentimentOf(random),
    confidence: random.chance(0.005)
      ? null
      : generous
        ? (0.8 + random.below(4) / 20).toFixed(2)
        : ratio(0.4 + 0.6 * random.unit()),
    themes: themesOf(random, generous),
    data: random.chance(0.01) ? null : object(random, keys, 0.04),
    complexity: random.chance(0.03) ? null : (random.unit() * 10).toFixed(2),
    milliseconds: random.chance(0.02) ? null : 400 + Math.floor(9_000 * random.unit() * random.unit()),
  };
}

/** Draws six weights with four decimals that sum to exactly 1. */
function emotions(random: Random): string {
  const draws = EMOTIONS.map(() => random.unit() * random.unit());
  const total = draws.reduce((sum, draw) => sum + draw, 0) || 1;
  let left = 10_000;
  const parts = EMOTIONS.map((name, at) => {
    const part = at === EMOTIONS.length - 1 ? left : Math.min(left, Math.floor((10_000 * (draws[at] ?? 0)) / total));
    left -= part;
    return `"${name}":${ratio(part / 10_000)}`;
  });
  return `{${parts.join(",")}}`;
}

function classifier(random: Random): Values {
  const arc = Array.from({ length: 2 + random.below(3) }, () => emotions(random));
  const keys = [`"emotions":${emotions(random)}`, ...(random.chance(0.3) ? [] : [`"arc":[${arc.join(",")}]`])];
  return {
    sentiment: null,
    confidence: random.chance(0.005) ? null : ratio(0.3 + 0.7 * random.unit()),
    themes: null,
    data: random.chance(0.005) ? null : object(random, keys, 0.01),
    complexity: null,
    milliseconds: 20 + random.below(200),
  };
}

function rules(random: Random): Values {
  const words = 60 + random.below(900);
  const unique = Math.floor(words * (0.25 + 0.6 * random.unit()));
  const keys = [
    `"words":${words}`,
    `"unique_words":${unique}`,
    `"ttr":${ratio(unique / words)}`,
    `"readability":${messyNumber(random, (30 + random.unit() * 80).toFixed(2))}`,
    `"rhyme_density":${messyNumber(random, ratio(random.unit() * random.unit()))}`,
    `"rhyme_scheme":"${random.pick(["AABB", "ABAB", "AAAA", "ABCB"])}"`,
    `"syllables_per_line":${(6 + random.unit() * 9).toFixed(2)}`,
    `"repetition":${ratio(random.unit() * random.unit())}`,
    `"profanity_ratio":${ratio(random.unit() * random.unit() * 0.2)}`,
  ];
  return {
    sentiment: null,
    confidence: null,
    themes: null,
    data: object(random, keys, 0.02),
    complexity: random.chance(0.1) ? null : (random.unit() * 10).toFixed(3),
    milliseconds: random.chance(0.5) ? null : 1 + random.below(30),
  };
}

function valuesOf(random: Random, analyzer: Analyzer): Values {
  switch (analyzer) {
    case "algorithmic":
      return rules(random);
    case "emotion-distilroberta":
      return classifier(random);
    case "qwen-3-4b-fp8":
    case "gemma-3-27b-it":
    case "ollama-llama3.1-8b":
      return languageModel(random, analyzer);
  }
}

/**
 * Builds the CSV fields between an analysis's ids and its time (analyzer_type, sentiment, confidence, themes,
 * analysis_data), and those after it (complexity_score, processing_time_ms, model_version).
 */
export function analysisFields({ analyzer, valueSeed, round }: PlannedAnalysis): { before: string; after: string } {
  const random = createRandom(valueSeed);
  const values = valuesOf(random, analyzer);
  const version = random.chance(0.01) ? null : `synthetic-${analyzer}-${round + 1}`;
  return {
    before: [
      analyzer,
      csvField(values.sentiment),
      values.confidence ?? "",
      csvField(values.themes),
      csvField(values.data),
    ].join(","),
    after: [values.complexity ?? "", csvField(values.milliseconds), csvField(version)].join(","),
  };
}
