import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ChildMessage, ChildOrder } from "./order";

export interface Child {
  /** Waits for the next message of the kind; fails when the child ends before. */
  next<Kind extends ChildMessage["kind"]>(kind: Kind): Promise<Extract<ChildMessage, { readonly kind: Kind }>>;
  go(): void;
  /** Kills it with SIGKILL and waits until it has ended. */
  kill(): Promise<void>;
  readonly ended: Promise<void>;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
// `jiti/register` is exported to `import` only, and the test runner's modules cannot resolve it.
const register = new URL("jiti-register.mjs", pathToFileURL(createRequire(import.meta.url).resolve("jiti"))).href;

/** Starts `child.ts` from source. */
export function startChild(order: ChildOrder): Child {
  const child: ChildProcess = fork(at("./child.ts"), [JSON.stringify(order)], {
    execArgv: ["--import", register],
    env: {
      ...process.env,
      JITI_ALIAS: JSON.stringify({
        "@featstore/definitions/compiler": at("../../../../feature-definitions/src/compiler.ts"),
        "@featstore/definitions": at("../../../../feature-definitions/src/index.ts"),
      }),
    },
  });
  const received: ChildMessage[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      isOver = true;
      wake();
      resolve();
    });
  });
  child.on("message", (message: ChildMessage) => {
    received.push(message);
    wake();
  });

  return {
    ended,
    async next(kind) {
      for (;;) {
        for (const message of received) {
          // The compiler does not narrow by a type parameter.
          if (message.kind === kind) return message as Extract<ChildMessage, { readonly kind: typeof kind }>;
        }
        if (isOver) throw new Error(`The child ended before it said "${kind}"`);
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    go: () => void child.send("go"),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
