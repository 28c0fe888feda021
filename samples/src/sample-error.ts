/** A sample that cannot be loaded. The command line prints the code and the message. */
export class SampleError extends Error {
  constructor(
    readonly code: "sample_table_exists" | "sample_table_in_use" | "sample_unreadable",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "SampleError";
  }
}
