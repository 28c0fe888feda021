import type { AuthConfig } from "../core/index";
import type { Platform } from "../platform/index";
import { createMailer, type Mail, type Mailer } from "./mailer";

/** Creates the mailer of a server that people sign in to. `onUnsent`: as for `createMailer`. */
export function createMail({ logger, onClose }: Platform, auth: AuthConfig, onUnsent?: (mail: Mail) => void): Mailer {
  const mailer = createMailer(auth.mail, logger, onUnsent);
  onClose(() => mailer.close());
  return mailer;
}
