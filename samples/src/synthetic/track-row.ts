import { createRandom, type Random, seedOf } from "./random";
import { csvField, ratio, timestampText } from "./text";

const DAY = 86_400_000_000;
const ARTISTS = 345;

// biome-ignore format: a word list is easier to read in compact form
const WORDS = [
  "night", "city", "money", "dream", "fire", "street", "crown", "heart", "ghost", "gold", "rain", "mirror", "blood", "light",
  "river", "engine", "silence", "mother", "winter", "enemy", "paper", "thunder", "window", "summer", "stone", "shadow",
] as const;
const LINES = 400;
const GENRES = ["rap", "trap", "drill", "boom bap", "cloud rap", "grime", "R&B"] as const;

/** Builds names with umlauts, quotes, commas and apostrophes, like real ones. */
function artistName(rank: number): string {
  const number = String(rank + 1).padStart(3, "0");
  if (rank % 31 === 30) return `"Synthetic" Artist ${number}`;
  if (rank % 29 === 28) return `Synthetic Artist, The ${number}`;
  if (rank % 23 === 22) return `Synthetic Ärtist ${number}`;
  if (rank % 19 === 18) return `Synthetic O'Artist ${number}`;
  return `Synthetic Artist ${number}`;
}

/** Formats a number as JSON, sometimes as text and occasionally not a number. */
function messyNumber(random: Random, text: string): string {
  if (random.chance(0.94)) return text;
  return random.chance(0.7) ? `"${text}"` : random.pick(['"n/a"', '""', "null", '"unknown"']);
}

function spotifyData(random: Random): string | null {
  if (random.chance(0.08)) return null;
  const year = 1990 + random.below(36);
  const date = `${year}-${String(1 + random.below(12)).padStart(2, "0")}-${String(1 + random.below(28)).padStart(2, "0")}`;
  const release = random.chance(0.85) ? date : random.pick([String(year), "", "unknown", date.slice(0, 7)]);
  const followers = random.chance(0.01) ? 3_000_000_000 + random.below(1_000_000_000) : random.below(5_000_000);
  const genres = Array.from({ length: random.below(3) }, () => `"${random.pick(GENRES)}"`);
  const keys = [
    `"popularity":${messyNumber(random, String(Math.floor(100 * random.unit() * random.unit())))}`,
    `"release_date":"${release}"`,
    `"duration_ms":${messyNumber(random, String(90_000 + random.below(240_000)))}`,
    `"explicit":${random.chance(0.6)}`,
    `"genres":[${genres.join(",")}]`,
    `"followers":${messyNumber(random, String(followers))}`,
  ];
  return `{${keys.filter(() => !random.chance(0.03)).join(",")}}`;
}

function audioFeatures(random: Random): string | null {
  if (random.chance(0.15)) return null;
  const shares = ["energy", "valence", "danceability", "acousticness", "instrumentalness", "liveness", "speechiness"];
  const keys = [
    `"tempo":${messyNumber(random, (60 + random.unit() * 120).toFixed(2))}`,
    ...shares.map((name) => `"${name}":${messyNumber(random, ratio(random.unit()))}`),
    `"loudness":${messyNumber(random, (-random.unit() * 20).toFixed(2))}`,
    `"key":${random.below(12)}`,
    `"mode":${random.below(2)}`,
    `"time_signature":${random.chance(0.9) ? 4 : 3}`,
  ];
  return `{${keys.filter(() => !random.chance(0.02)).join(",")}}`;
}

/** Builds the CSV fields of track `id` (title, artist, lyrics, url, created_at, spotify_data, audio_features) and its cluster. */
export function createTracks(seed: number, until: number) {
  const lineRandom = createRandom(seedOf(seed, 10));
  const lines = Array.from({ length: LINES }, () =>
    Array.from({ length: 4 + lineRandom.below(5) }, () => lineRandom.pick(WORDS)).join(" "),
  );
  const names = Array.from({ length: ARTISTS }, (_, rank) => csvField(artistName(rank)));
  const lyricsOf = (random: Random) => {
    if (random.chance(0.01)) return "";
    if (random.chance(0.002)) return csvField("");
    const count = 6 + Math.floor(18 * random.unit() * random.unit()) + random.below(8);
    return csvField(Array.from({ length: count }, () => lines[random.below(LINES)]).join("\n"));
  };
  return (id: number) => {
    const random = createRandom(seedOf(seed, 11, id));
    // Few artists have most of the tracks, and every artist has at least one.
    const skew = random.chance(0.3) ? 1 : random.unit() * random.unit();
    const artist = Math.floor(ARTISTS * skew * random.unit());
    const age = Math.floor((405 + 495 * random.unit()) * DAY);
    return {
      cluster: artist,
      fields: [
        random.chance(0.002) ? "" : `Synthetic Track ${id}`,
        random.chance(0.003) ? "" : (names[artist] ?? ""),
        lyricsOf(random),
        random.chance(0.3) ? "" : `https://example.com/tracks/${id}`,
        random.chance(0.0005) ? "" : timestampText(until - age),
        csvField(spotifyData(random)),
        csvField(audioFeatures(random)),
      ].join(","),
    };
  };
}
