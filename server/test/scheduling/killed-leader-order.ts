/** The point where a leading child stops and waits to be killed. */
export type KillPoint = "claimed" | "filling" | "published";

export interface KillOrder {
  readonly url: string;
  readonly at: KillPoint;
  /** The clock of its scheduler, microseconds since 1970 UTC. */
  readonly now: string;
}
