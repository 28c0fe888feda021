import type { Child } from "hono/jsx";

interface CellProps {
  /** The heading of the column. A narrow screen has no columns: there it stands before the cell. */
  readonly of: string;
  readonly number?: boolean;
  readonly children?: Child;
}

/** A cell of a table's body. */
export function Cell({ of, number = false, children }: CellProps) {
  return (
    <td data-column={of} class={number ? "num" : undefined}>
      {children}
    </td>
  );
}
