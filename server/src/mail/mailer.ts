import type { Transporter } from "nodemailer";
import type { AuthConfig, Logger } from "../core/index";
import type { MailLimits } from "./mail-limits";

/** A mail in plain text. */
export interface Mail {
  /** An address as `emailAddress` returns it. */
  readonly to: string;
  /** Constant text: nothing that a client sent. */
  readonly subject: string;
  readonly text: string;
}

export interface Mailer extends MailLimits {
  /** Sends a mail in the background, so that the time of a response does not tell whether one was sent. */
  send(mail: Mail): void;
  /** Waits for mails that are being sent. */
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/**
 * Sends mails over SMTP. If no mail server is configured, it writes them to the log, and calls `onUnsent` with each.
 */
export function createMailer(
  mail: AuthConfig["mail"],
  logger: Pick<Logger, "info" | "warn" | "error">,
  limits: MailLimits,
  onUnsent: (mail: Mail) => void = () => undefined,
): Mailer {
  const sending = new Set<Promise<void>>();
  const deliver = mail === null ? logMail(logger, onUnsent) : sendMail(mail);
  if (mail === null) {
    logger.warn({}, "auth.mail_url is not set: mails with links to sign in are written to this log");
  }
  return {
    ...limits,
    send(message) {
      const sent = deliver(message)
        // The library's message may quote the recipient.
        .catch((error: unknown) => logger.error({ code: codeOf(error) }, "a mail could not be sent"))
        .finally(() => sending.delete(sent));
      sending.add(sent);
    },
    async close() {
      await Promise.all(sending);
    },
  };
}

function logMail(logger: Pick<Logger, "info">, onUnsent: (mail: Mail) => void) {
  return async ({ to, subject, text }: Mail) => {
    logger.info({ mail: { to, subject, text } }, "mail");
    onUnsent({ to, subject, text });
  };
}

/** Creates the connection to a mail server. The library is loaded only if there is one. */
export async function mailTransport(url: string, timeoutMs: number): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // No file and no address is read because of what a mail contains.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function sendMail({ url, from }: NonNullable<AuthConfig["mail"]>) {
  let opened: Promise<Transporter> | undefined;
  return async ({ to, subject, text }: Mail) => {
    opened ??= mailTransport(url.reveal(), TIMEOUT_MS);
    const transport = await opened;
    // As objects, because the library would parse texts as lists of addresses.
    await transport.sendMail({
      from: { name: "Featstore", address: from },
      to: { name: "", address: to },
      subject,
      text,
    });
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
