import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { FeatstoreError } from "../core/index";

const RECIPIENT_MAILS = 5;
const ADDRESS_MAILS = 30;
const SECONDS = 15 * 60;

/** Limits mails per recipient and per client's address, in this process. */
export function createMailLimits(): { take(recipient: string, address: string): Promise<void> } {
  const recipients = new RateLimiterMemory({ points: RECIPIENT_MAILS, duration: SECONDS });
  const addresses = new RateLimiterMemory({ points: ADDRESS_MAILS, duration: SECONDS });
  return {
    async take(recipient, address) {
      try {
        await addresses.consume(address);
        await recipients.consume(recipient);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const wait = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
        throw new FeatstoreError("too_many_mails", `Too many mails: try again in ${wait} s.`, {
          headers: { "retry-after": String(wait) },
        });
      }
    },
  };
}
