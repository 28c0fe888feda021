import { type ChildProcess, fork } from "node:child_process";
import { bundleChild } from "../../helpers/bundle-child";
import type { ChildMessage, ChildOrder } from "./order";

export interface Child {
  /** Waits for the next message of the kind and takes it; fails when the child ends before. */
  next<Kind extends ChildMessage["kind"]>(kind: Kind): Promise<Extract<ChildMessage, { readonly kind: Kind }>>;
  /** Continues a child that waits at a moment. */
  go(): void;
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Kills it with SIGKILL and waits until it has ended. */
  kill(): Promise<void>;
  readonly ended: Promise<void>;
}

/** Bundles `child.ts` and starts it. */
export async function startChild(order: ChildOrder): Promise<Child> {
  const program = await bundleChild(new URL("./child.ts", import.meta.url));
  // It lives for a second: optimizing the code of PGlite costs more than it saves.
  const child: ChildProcess = fork(program, [JSON.stringify(order)], { execArgv: ["--liftoff-only"] });
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
        const index = received.findIndex((message) => message.kind === kind);
        // The compiler does not narrow by a type parameter.
        if (index !== -1) return received.splice(index, 1)[0] as Extract<ChildMessage, { readonly kind: typeof kind }>;
        if (isOver) throw new Error(`The child ended before it said "${kind}"`);
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    go: () => void child.send("go"),
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
