import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly to: string;
  readonly headers: string;
  /** Decoded. */
  readonly text: string;
}

export interface MailServerOptions {
  /** Requires this password, of any user. */
  readonly password?: string;
  /** Speaks TLS from the start. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** Starts a mail server on a free port that keeps what it receives. */
export async function startMailServer({ password, certificate }: MailServerOptions = {}) {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    ...(certificate === undefined ? {} : { secure: true, ...certificate }),
    authOptional: password === undefined,
    allowInsecureAuth: true,
    onAuth({ password: sent }, _session, done) {
      if (sent === password) done(null, { user: "app" });
      else done(new Error("Invalid username or password"));
    },
    disabledCommands: ["STARTTLS"],
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const [headers = "", ...body] = Buffer.concat(chunks).toString("utf8").split("\r\n\r\n");
        const to = envelope.rcptTo.map(({ address }) => address).join(",");
        mails.push({ to, headers, text: decoded(headers, body.join("\r\n\r\n")) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A client that distrusts the certificate ends the connection.
  server.on("error", () => undefined);
  const { port } = server.server.address() as AddressInfo;
  return {
    mails,
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function decoded(headers: string, body: string): string {
  if (!/quoted-printable/i.test(headers)) return body;
  const bytes = body.replaceAll("=\r\n", "").replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`);
  // Only what was encoded is decoded.
  return bytes.replaceAll(/(?:%[0-9A-F]{2})+/g, (text) => decodeURIComponent(text));
}
