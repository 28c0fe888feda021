import type { OutsideFault } from "../core/index";

/** A service outside of this process that the configuration names: Redis, a bucket, a mail server. */
export interface OutsidePart {
  /** The name of its check in `/health` and of its line in `featstore doctor`. */
  readonly name: string;
  /** The setting that names it. */
  readonly setting: string;
  /** Tries to use it as the server does. Returns undefined if it can be used, and takes a few seconds at most. */
  check(): Promise<OutsideFault | undefined>;
}
