/** Who made a change, for the audit log. */
export interface Actor {
  readonly kind: "person" | "key" | "command" | "server";
  /** A user id, a key's id, or the name of a command. */
  readonly id: string;
  /** The client's address; null: none. */
  readonly address: string | null;
}
