import type { Child } from "hono/jsx";
import { Icon } from "../shell/icons";

interface NoticeProps {
  readonly kind: "info" | "warn" | "bad" | "ok";
  readonly children?: Child;
}

/** A sentence about the whole page. A screen reader reads a bad one at once. */
export function Notice({ kind, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === "bad" ? "alert" : kind === "ok" ? "status" : undefined}>
      <Icon name={kind === "ok" ? "check" : kind === "info" ? "mail" : "warn"} />
      <p>{children}</p>
    </div>
  );
}
