import { shortText } from "../parts/short-text";
import type { PortalKey } from "../portal-services";
import type { DoneText } from "./keys-page";

/** The result of the form before, from the query `done` and `key`; null: there was none. */
export function doneText(query: URLSearchParams, keys: readonly PortalKey[], organisation: string): DoneText | null {
  const key = keys.find(({ id }) => id === query.get("key"));
  const name = key === undefined ? "The key" : `“${shortText(key.name)}”`;
  switch (query.get("done")) {
    case "revoked":
      return { kind: "ok", text: `${name} is revoked: requests with it get 401 within a second.` };
    case "disabled":
      return {
        kind: "ok",
        text: `${name} is disabled: requests with it get 401 within a second. You can enable it again.`,
      };
    case "enabled":
      return { kind: "ok", text: `${name} is enabled.` };
    case "joined":
      return { kind: "ok", text: `You joined ${organisation}.` };
    case "repeated":
      return {
        kind: "warn",
        text: "This form was sent already, and made one key. A key is shown only once: if you did not copy it, rotate it.",
      };
    default:
      return null;
  }
}
