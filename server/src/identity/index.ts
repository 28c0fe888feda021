// Types only: the module itself is imported when `auth.enabled` is on, because Better Auth takes time and memory.
export type { Identity } from "./identity";
