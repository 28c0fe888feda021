import { aheadText, DAY, fullDayText } from "../parts/times";
import type { PortalKey } from "../portal-services";

/** The state of a key in one word, and below it what will happen to it. */
export function KeyStatus({ now, ...key }: PortalKey & { readonly now: Date }) {
  const { kind, text } = stateOf(key, now);
  return (
    <>
      <span class={`tag ${kind}`}>{text}</span>
      <small class="fact">{endText(key)}</small>
    </>
  );
}

function stateOf({ state, replaced, expiresAt }: PortalKey, now: Date) {
  if (state === "revoked") return { kind: "off", text: "Revoked" };
  if (state === "expired") return { kind: "off", text: replaced ? "Replaced" : "Expired" };
  if (state === "disabled") return { kind: "off", text: replaced ? "Disabled, replaced" : "Disabled" };
  if (replaced) return { kind: "warn", text: "Replaced, still works" };
  if (expiresAt !== null && expiresAt.getTime() - now.getTime() < 14 * DAY) {
    return { kind: "warn", text: `Expires ${aheadText(expiresAt, now)}` };
  }
  return { kind: "ok", text: "Active" };
}

function endText({ state, expiresAt }: PortalKey): string {
  if (state === "revoked") return "";
  if (expiresAt === null) return "Never expires";
  return `${state === "expired" ? "Ended" : "Ends"} on ${fullDayText(expiresAt)}`;
}
