interface TableHeadProps {
  readonly columns: readonly string[];
  /** The column that a narrow screen does not show. */
  readonly wideOnly?: string;
  /** True if a last column has the actions of each row; its heading is for screen readers. */
  readonly actions?: boolean;
}

export function TableHead({ columns, wideOnly, actions = false }: TableHeadProps) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th scope="col" class={column === wideOnly ? "wide-only" : undefined}>
            {column}
          </th>
        ))}
        {actions ? (
          <th scope="col">
            <span class="hide">Actions</span>
          </th>
        ) : null}
      </tr>
    </thead>
  );
}
