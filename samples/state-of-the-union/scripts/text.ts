import model from "wink-eng-lite-web-model";
import winkNLP, { type ItemSentence, type ItemToken, type ItsFunction } from "wink-nlp";

export interface Word {
  /** In lower case. */
  readonly text: string;
  readonly lemma: string;
  /** `n`, `v`, `a`, `r`, or null for the rest. */
  readonly partOfSpeech: "n" | "v" | "a" | "r" | null;
  readonly negated: boolean;
}

export interface Sentence {
  readonly words: readonly Word[];
  /** winkNLP's sentiment, −1 to 1; 0 where no word of its lexicon occurs. */
  readonly sentiment: number;
}

const PARTS = { NOUN: "n", VERB: "v", ADJ: "a", ADV: "r" } as const;

const nlp = winkNLP(model, ["sbd", "negation", "sentiment", "pos"]);
const { its } = nlp;
// The library's own types give `its.lemma` the wrong parameters.
const lemmaOf = its.lemma as unknown as ItsFunction<string | undefined>;

/** Splits a text into sentences and words by winkNLP: numbers, punctuation and symbols are no words, "didn't" is two. */
export function readText(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  nlp
    .readDoc(text)
    .sentences()
    .each((sentence: ItemSentence) => {
      const words: Word[] = [];
      sentence.tokens().each((token: ItemToken) => {
        if (token.out(its.type) === "word") {
          const part = token.out(its.pos) as string;
          const normal = (token.out(its.normal) as string).toLowerCase();
          // A word of letters that no English word has gets no lemma.
          const lemma = token.out(lemmaOf);
          words.push({
            text: normal,
            lemma: lemma?.toLowerCase() ?? normal,
            partOfSpeech: part in PARTS ? PARTS[part as keyof typeof PARTS] : null,
            negated: token.out(its.negationFlag) as unknown as boolean,
          });
        }
      });
      if (words.length > 0) {
        sentences.push({ words, sentiment: sentence.out(its.sentiment) as unknown as number });
      }
    });
  return sentences;
}
