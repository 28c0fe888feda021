import { execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface PoolerOptions {
  /** The server behind it. */
  readonly url: string;
  readonly database: string;
  /** Passwords by role. */
  readonly passwords: Readonly<Record<string, string>>;
}

/** A PgBouncer of one test that requires TLS and a password, like that of a provider. */
export interface Pooler {
  /** The address of the database: `transaction` or `session` is the pool's mode. */
  urlFor(mode: "transaction" | "session", role: string, sslmode?: "require" | "disable"): string;
  close(): Promise<void>;
}

export async function startPooler({ url, database, passwords }: PoolerOptions): Promise<Pooler> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-pooler-"));
  await chmod(folder, 0o755);
  const port = await freePort();
  const { hostname, port: serverPort } = new URL(url);
  const at = (name: string) => join(folder, name);
  const subject = ["-subj", "/CN=localhost", "-days", "2"];
  const files = ["-keyout", at("key.pem"), "-out", at("certificate.pem")];
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files]);
  await chmod(at("key.pem"), 0o644);
  const server = `host=${hostname} port=${serverPort} dbname=${database}`;
  await writeFile(
    at("users.txt"),
    Object.entries(passwords)
      .map(([role, word]) => `"${role}" "${word}"\n`)
      .join(""),
  );
  await writeFile(
    at("pgbouncer.ini"),
    `[databases]
transaction = ${server} pool_mode=transaction
session = ${server} pool_mode=session
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${at("users.txt")}
client_tls_sslmode = require
client_tls_key_file = ${at("key.pem")}
client_tls_cert_file = ${at("certificate.pem")}
default_pool_size = 4
`,
  );
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? await userOf("postgres") : {};
  const child = spawn("pgbouncer", ["--quiet", at("pgbouncer.ini")], { ...user, stdio: "ignore" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await untilItListens(port);
  return {
    urlFor(mode, role, sslmode = "require") {
      return `postgres://${role}:${passwords[role]}@127.0.0.1:${port}/${mode}?sslmode=${sslmode}`;
    },
    async close() {
      child.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

/** Errors: nothing listens there after ten seconds. */
async function untilItListens(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const listens = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (listens) return;
    if (Date.now() > deadline) throw new Error(`PgBouncer does not listen on port ${port}`);
    await pause(20);
  }
}

async function userOf(name: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const [uid, gid] = await Promise.all(["-u", "-g"].map((option) => run("id", [option, name])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
