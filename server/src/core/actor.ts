/** The author of a change, for the audit log. */
export interface Actor {
  readonly kind: "person" | "key" | "command" | "server";
  /** A user id, a key's id, or the name of a command. */
  readonly id: string;
  /** The client's address; null: none. */
  readonly address: string | null;
}

/** Returns the actor of a person's change. `address`: the client's; empty if it is not known. */
export function personActor(userId: string, address: string): Actor {
  return { kind: "person", id: userId, address: address === "" ? null : address };
}

/** Returns the actor of a change with a key. `address`: as for `personActor`. */
export function keyActor(keyId: string, address: string): Actor {
  return { kind: "key", id: keyId, address: address === "" ? null : address };
}

/** Returns the actor of a command: `keys create`. */
export function commandActor(command: string): Actor {
  return { kind: "command", id: command, address: null };
}
