import { addressGroup, FeatstoreError } from "../core/index";
import type { AttemptLimits } from "../platform/index";

/** What a mail is for. Each kind counts for itself, so that invitations keep nobody from signing in. */
export type MailKind = "sign-in" | "invitation";

export interface MailLimits {
  /**
   * Counts a mail that a client asks for. `address` is the client's. It is counted before anybody looks whether the
   * recipient is known, so that a refusal does not tell. Errors: `too_many_mails`.
   */
  take(kind: MailKind, recipient: string, address: string): Promise<void>;
  /** Forgets the mails to a recipient, who has used one. */
  forget(kind: MailKind, recipient: string): Promise<void>;
}

const RECIPIENT_MAILS = 5;
const ADDRESS_MAILS = 30;
const SECONDS = 15 * 60;

/** Limits mails per recipient and per client's address. */
export function createMailLimits(attempts: AttemptLimits): MailLimits {
  const recipients = attempts.limit({ name: "mails", max: RECIPIENT_MAILS, seconds: SECONDS });
  const addresses = attempts.limit({ name: "mails-from", max: ADDRESS_MAILS, seconds: SECONDS });
  const refuse = (wait: number, detail: string) => {
    if (wait === 0) return;
    throw new FeatstoreError("too_many_mails", detail, { headers: { "retry-after": String(wait) } });
  };
  return {
    async take(kind, recipient, address) {
      const fromHere = await addresses.take(addressGroup(address));
      refuse(fromHere, `Too many mails from your address: try again in ${fromHere} s.`);
      const toThem = await recipients.take(`${kind} ${recipient}`);
      const hint = kind === "sign-in" ? "use the newest one that arrived, or " : "";
      refuse(toThem, `Too many mails to this address: ${hint}try again in ${toThem} s.`);
    },
    forget: (kind, recipient) => recipients.forget(`${kind} ${recipient}`),
  };
}
