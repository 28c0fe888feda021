import { MAX_KEY_BYTES } from "@featstore/definitions/compiler";

/** Returns what is wrong with a tenant; undefined if nothing is. */
export function tenantFault(tenant: string): string | undefined {
  if (tenant === "") return "it is empty";
  if (tenant !== tenant.trim()) return "it begins or ends with a space";
  return Buffer.byteLength(tenant) >= MAX_KEY_BYTES ? `expected fewer than ${MAX_KEY_BYTES} bytes` : undefined;
}
