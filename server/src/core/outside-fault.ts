/** Why a service outside of this process cannot be used. */
export interface OutsideFault {
  readonly code: OutsideFaultCode;
  /** The service's or the system's own code: `WRONGPASS`, `ECONNREFUSED`. Never text that may quote what was sent. */
  readonly cause: string;
}

export type OutsideFaultCode = keyof typeof faults;

const faults = {
  unreachable: { text: "does not answer", advice: "check its address, and that it runs" },
  login_failed: { text: "rejects the user name, the password or the key", advice: "correct them" },
  certificate_untrusted: { text: "has a certificate that is not trusted", advice: "" },
  tls_required: { text: "speaks TLS on this port", advice: "use the scheme for TLS: rediss, rediss+cluster or smtps" },
  tls_unsupported: {
    text: "does not speak TLS on this port",
    advice: "use the port for TLS, or the scheme without it: redis, redis+cluster or smtp",
  },
  not_found: { text: "has no such bucket", advice: "create the bucket, or correct its name" },
  refused: { text: "responds with an error", advice: "see its log" },
} as const;

export const outsideFaultCodes = Object.keys(faults) as [OutsideFaultCode, ...OutsideFaultCode[]];

/** `rejects the user name, the password or the key (WRONGPASS)` */
export function outsideFaultText({ code, cause }: OutsideFault): string {
  return `${faults[code].text} (${cause})`;
}

/** Returns what to do about a fault. */
export function outsideFaultAdvice({ code, cause }: OutsideFault): string {
  if (code !== "certificate_untrusted") return faults[code].advice;
  if (cause === "ERR_TLS_CERT_ALTNAME_INVALID") return "use a host name that the certificate contains";
  if (cause === "CERT_HAS_EXPIRED") return "renew its certificate";
  return "set NODE_EXTRA_CA_CERTS to the file of the authority that signed it";
}

/** Node's codes for certificates: `DEPTH_ZERO_SELF_SIGNED_CERT`, `ERR_TLS_CERT_ALTNAME_INVALID`. */
const CERTIFICATE =
  /^(?!ERR_SSL_).*CERT|^UNABLE_TO_|^INVALID_CA$|^PATH_LENGTH_EXCEEDED$|^INVALID_PURPOSE$|^HOSTNAME_MISMATCH$/;
/** OpenSSL's, when the other side does not speak TLS. */
const NO_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE)$|^EPROTO$/;
const CODE = /^[A-Z][A-Z0-9_]*$/;

/** Classifies an error of a connection by its code; an error without one is `unreachable`. */
export function connectionFault(error: unknown): OutsideFault {
  const cause = codeOf(error) ?? "no code";
  if (CERTIFICATE.test(cause)) return { code: "certificate_untrusted", cause };
  return { code: NO_TLS.test(cause) ? "tls_unsupported" : "unreachable", cause };
}

/** The first code in capitals of an error, of its causes and of the errors that it collects. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Nodemailer has a code of its own for its step, Redis Cluster the error of the last node.
  const { originalCode, code, lastNodeError } = error as Error & Readonly<Record<string, unknown>>;
  const own = [originalCode, code].find((text): text is string => typeof text === "string" && CODE.test(text));
  const collected = error instanceof AggregateError ? error.errors : [];
  return own ?? [lastNodeError, error.cause, ...collected].map(codeOf).find((found) => found !== undefined);
}
