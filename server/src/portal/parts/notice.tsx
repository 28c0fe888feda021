import type { Child } from "hono/jsx";
import { Icon } from "../shell/icons";

interface NoticeProps {
  readonly kind: "info" | "warn" | "bad" | "ok";
  /** Set for the result of a form: it takes the focus, and loading the page again shows it no more. */
  readonly result?: boolean;
  readonly children?: Child;
}

/** A sentence about the whole page. A screen reader reads a bad one at once. */
export function Notice({ kind, result = false, children }: NoticeProps) {
  return (
    <div
      class={`notice ${kind}`}
      role={kind === "bad" ? "alert" : kind === "ok" || result ? "status" : undefined}
      {...(result ? asResult : {})}
    >
      <Icon name={kind === "ok" ? "check" : kind === "info" ? "mail" : "warn"} />
      <p class="wrap">{children}</p>
    </div>
  );
}

/** Attributes of an element that is the result of a form. */
export const asResult = { tabindex: -1, autofocus: true, "data-result": "" } as const;
