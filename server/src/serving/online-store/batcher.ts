interface Waiting<Request, Answer> {
  readonly request: Request;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Batches the requests of one turn of the event loop into one call of `ask`: under load, several requests arrive at a time
 * and a round trip costs more than its rows. `ask` returns answers in the order of the requests, or fails for all.
 */
export function createBatcher<Request, Answer>(
  ask: (requests: readonly Request[]) => Promise<readonly Answer[]>,
): (request: Request) => Promise<Answer> {
  let waiting: Waiting<Request, Answer>[] = [];
  const send = (): void => {
    const batch = waiting;
    waiting = [];
    ask(batch.map(({ request }) => request)).then(
      (answers) => {
        for (let index = 0; index < batch.length; index++) batch[index]?.resolve(answers[index] as Answer);
      },
      (error: unknown) => {
        for (const { reject } of batch) reject(error);
      },
    );
  };
  return (request) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(send);
      waiting.push({ request, resolve, reject });
    });
}
