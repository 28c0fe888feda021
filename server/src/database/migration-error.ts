export type MigrationErrorCode =
  | "migration_name_invalid"
  | "migration_edited"
  | "migration_out_of_order"
  | "migration_failed"
  | "database_newer";

/** Why the database was not brought up to date. Migrations before the named one are applied, it and those after are not. */
export class MigrationError extends Error {
  constructor(
    readonly code: MigrationErrorCode,
    message: string,
    /** The migration it is about. */
    readonly migration: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "MigrationError";
  }
}
