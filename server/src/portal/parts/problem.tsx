import type { Child } from "hono/jsx";
import { Icon } from "../shell/icons";

interface ProblemProps {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  /** Buttons. */
  readonly children?: Child;
}

/** Describes the failure, with the code and the request's id for the operators of the server. */
export function Problem({ title, detail, code, requestId, children }: ProblemProps) {
  return (
    <div class="empty">
      <span class="sign-of">
        <Icon name="warn" />
      </span>
      <h1 class="h">{title}</h1>
      <p>{detail}</p>
      <dl>
        <div>
          <dt>Code</dt>
          <dd class="mono">{code}</dd>
        </div>
        <div>
          <dt>Request</dt>
          <dd class="mono">{requestId}</dd>
        </div>
      </dl>
      <div class="row">{children}</div>
    </div>
  );
}
