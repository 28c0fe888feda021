import { FeatstoreError } from "../../core/index";
import type { KeyHolder } from "../../http/index";
import type { RegisteredDataset } from "../dataset-types";

/** Who accepted the terms of gated datasets. */
export interface Acceptances {
  /** Returns whether the organisation, or the key if it has none, accepted this version of the terms. */
  has(dataset: string, version: string, holder: KeyHolder): Promise<boolean>;
  /** Records an acceptance; a repetition keeps the first time. Returns when it was, microseconds since 1970 UTC. */
  record(dataset: string, version: string, holder: KeyHolder, address: string): Promise<bigint>;
}

/** Errors: `terms_not_accepted` for files of a gated dataset. */
export async function requireAcceptedTerms(
  acceptances: Pick<Acceptances, "has">,
  { definition: { name, access, terms } }: RegisteredDataset,
  holder: KeyHolder | null,
): Promise<void> {
  if (access !== "gated" || terms === null) return;
  if (holder !== null && (await acceptances.has(name, terms.version, holder))) return;
  const path = `/api/datasets/${name}/terms`;
  const detail = `Accept the version "${terms.version}" of the terms first: POST ${path} {"version": "${terms.version}"}.`;
  const headers = { link: `<${path}>; rel="terms-of-service"` };
  throw new FeatstoreError("terms_not_accepted", detail, { headers });
}
