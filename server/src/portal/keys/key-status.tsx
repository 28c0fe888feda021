import { aheadText, DAY, dayText } from "../parts/times";
import type { PortalKey } from "../portal-services";

/** The state of a key in one word, and what will happen to it soon. */
export function KeyStatus({ state, replaced, expiresAt, now }: PortalKey & { readonly now: Date }) {
  if (state === "revoked") return <span class="tag off">Revoked</span>;
  if (state === "expired") return <span class="tag off">{replaced ? "Replaced" : "Expired"}</span>;
  if (state === "disabled") return <span class="tag off">Disabled</span>;
  if (replaced && expiresAt !== null) {
    return <span class="tag warn">{`Replaced, works until ${dayText(expiresAt)}`}</span>;
  }
  if (expiresAt !== null && expiresAt.getTime() - now.getTime() < 14 * DAY) {
    return <span class="tag warn">{`Expires ${aheadText(expiresAt, now)}`}</span>;
  }
  return <span class="tag ok">Active</span>;
}
