import { instantText } from "@featstore/definitions";
import type { KeyRecord } from "../../services/keys";

/** A key as the commands print it. */
export function keyDocument(key: KeyRecord) {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    tenant: key.tenant,
    created_at: instantText(key.createdAt),
    revoked_at: key.revokedAt === null ? null : instantText(key.revokedAt),
  };
}
