export type MigrationErrorCode =
  | "migration_name_invalid"
  | "migration_edited"
  | "migration_out_of_order"
  | "migration_failed"
  | "database_newer";

/** A failed migration. Migrations before the named one are applied; it and the later ones are not. */
export class MigrationError extends Error {
  constructor(
    readonly code: MigrationErrorCode,
    message: string,
    /** The name of the migration. */
    readonly migration: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "MigrationError";
  }
}
