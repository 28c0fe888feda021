import { type AuthConfig, connectionFault, type OutsideFault, settingLabel } from "../core/index";
import { type OutsidePart, tryTls } from "../platform/index";
import { mailTransport } from "./mailer";

const TIMEOUT_MS = 2000;

/** The mail server as an outside part. A check connects and signs in, and sends nothing. */
export function mailPart({ url }: NonNullable<AuthConfig["mail"]>): OutsidePart {
  return {
    name: "mail",
    setting: settingLabel("auth.mail_url"),
    async check() {
      const transport = await mailTransport(url.reveal(), TIMEOUT_MS);
      try {
        await transport.verify();
        return undefined;
      } catch (error) {
        return await mailFault(error, new URL(url.reveal()));
      } finally {
        transport.close();
      }
    },
  };
}

async function mailFault(error: unknown, { protocol, hostname, port }: URL): Promise<OutsideFault> {
  const { code, responseCode } = error as Readonly<Record<string, string | undefined>>;
  if (code === "EAUTH") return { code: "login_failed", cause: String(responseCode ?? code) };
  if (responseCode !== undefined) return { code: "refused", cause: String(responseCode) };
  const fault = connectionFault(error);
  // A port for TLS says nothing until the client has greeted it.
  const isSilent = code === "ETIMEDOUT" && protocol === "smtp:";
  if (isSilent && (await tryTls({ host: hostname, port: Number(port || DEFAULT_PORT) })) !== undefined)
    return { code: "tls_required", cause: fault.cause };
  return fault;
}

const DEFAULT_PORT = 587;
