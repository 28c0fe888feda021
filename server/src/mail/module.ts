import type { AuthConfig } from "../core/index";
import type { AttemptLimits, Platform } from "../platform/index";
import { createMailLimits } from "./mail-limits";
import { createMailer, type Mail, type Mailer } from "./mailer";

export interface MailContext {
  readonly attempts: AttemptLimits;
  /** As for `createMailer`. */
  readonly onUnsent?: ((mail: Mail) => void) | undefined;
}

/** Creates the mailer of a server that people sign in to. */
export function createMail(
  { logger, onClose }: Platform,
  auth: AuthConfig,
  { attempts, onUnsent }: MailContext,
): Mailer {
  const mailer = createMailer(auth.mail, logger, createMailLimits(attempts), onUnsent);
  onClose(() => mailer.close());
  return mailer;
}
