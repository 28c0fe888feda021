import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A certificate that its own key signed, for `names`, with its files. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
  remove(): Promise<void>;
}

/** Makes a certificate with openssl: `await makeCertificate("DNS:localhost,IP:127.0.0.1")`. */
export async function makeCertificate(names = "DNS:localhost,IP:127.0.0.1"): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-certificate-"));
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
  const subject = ["-subj", "/CN=featstore test", "-addext", `subjectAltName=${names}`];
  await run("openssl", ["req", "-x509", ...key, "-out", certFile, "-days", "2", ...subject]);
  const [cert, keyText] = await Promise.all([readFile(certFile, "utf8"), readFile(keyFile, "utf8")]);
  return { cert, key: keyText, certFile, keyFile, remove: () => rm(folder, { recursive: true }) };
}
