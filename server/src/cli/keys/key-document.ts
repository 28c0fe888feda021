import { instantText } from "@featstore/definitions/compiler";
import type { KeyRecord } from "../../keys/index";

/** Maps a key to its JSON document. */
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
