/** Ends the start of a job: an earlier request with the same idempotency key has started it. */
export class RepeatedRequest extends Error {
  /** `id`: of the training set of the earlier request. */
  constructor(readonly id: string) {
    super(`The request is repeated: its training set is ${id}`);
    this.name = "RepeatedRequest";
  }
}
