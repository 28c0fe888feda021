import type { Child } from "hono/jsx";
import { Icon } from "../shell/icons";

interface RowMenuProps {
  /** The row that the actions are for. */
  readonly of: string;
  readonly children?: Child;
}

/** The actions of a row; its children are list items. Only one menu is open at a time. */
export function RowMenu({ of, children }: RowMenuProps) {
  return (
    <details class="menu" name="menu">
      <summary aria-label={`Actions for ${of}`}>
        <Icon name="more" />
      </summary>
      <ul>{children}</ul>
    </details>
  );
}
