export type MigrationErrorCode =
  | "migration_name_invalid"
  | "migration_edited"
  | "migration_out_of_order"
  | "migration_failed";

/** A failed migration. Nothing of it, and of others that were pending, is applied. */
export class MigrationError extends Error {
  constructor(
    readonly code: MigrationErrorCode,
    message: string,
    /** The name of the migration; of several that are applied together, the last. */
    readonly migration: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "MigrationError";
  }
}
