import type { AuthConfig } from "../core/index";
import type { Platform } from "../platform/index";
import { createMailer, type Mailer } from "./mailer";

/** Creates the mailer of a server that people sign in to. */
export function createMail({ logger, onClose }: Platform, auth: AuthConfig): Mailer {
  const mailer = createMailer(auth.mail, logger);
  onClose(() => mailer.close());
  return mailer;
}
