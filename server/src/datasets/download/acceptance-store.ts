import { keyActor } from "../../core/index";
import { type Database, ownQuery, refuseStoreFault } from "../../database/index";
import type { Acceptances } from "./acceptances";
import { downloadOwner } from "./download-owner";

const SHORT_MS = 15_000;

/** Stores acceptances in `featstore.dataset_acceptances`. */
export function createAcceptances(database: Database): Acceptances {
  const query = <Row extends object>(text: string, parameters: readonly (string | null)[]) =>
    ownQuery<Row>(database, { text, parameters }, { deadlineMs: SHORT_MS }).catch(refuseStoreFault);
  return {
    async has(dataset, version, holder) {
      const rows = await query(
        `select 1 as one from featstore.dataset_acceptances
where dataset = $1::text and terms_version = $2::text and owner = $3::text`,
        [dataset, version, downloadOwner(holder)],
      );
      return rows.length === 1;
    },
    async record(dataset, version, holder, address) {
      const actor = JSON.stringify(keyActor(holder.keyId, address));
      const [row] = await query<{ at: string }>(
        `select featstore.epoch_microseconds(featstore.accept_dataset_terms($1::text, $2::text, $3::text, $4::text, $5::text, $6::text::jsonb))::text as at`,
        [dataset, version, downloadOwner(holder), holder.organisation, holder.keyId, actor],
      );
      return BigInt(row?.at ?? "0");
    },
  };
}
