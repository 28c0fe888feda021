import type { KeyReader } from "../../usage/index";

/** Maps a key that read a view to its JSON document. */
export function keyDocument({ keyId, keyName, version, lastReadOn }: KeyReader) {
  return { id: keyId, name: keyName, version, last_read_on: lastReadOn };
}

const SHOWN = 20;

/** Lists keys: `ranking (abcdefghijklmnop) version 1 on 2026-01-31, …`. */
export function keysText(keys: readonly KeyReader[]): string {
  const shown = keys
    .slice(0, SHOWN)
    .map(({ keyId, keyName, version, lastReadOn }) => `${keyName} (${keyId}) version ${version} on ${lastReadOn}`);
  return [...shown, ...(keys.length > SHOWN ? [`and ${keys.length - SHOWN} more`] : [])].join(", ");
}
