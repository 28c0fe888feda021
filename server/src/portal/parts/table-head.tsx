interface TableHeadProps {
  readonly columns: readonly string[];
  /** True if a last column has the actions of each row; its heading is for screen readers. */
  readonly actions?: boolean;
}

export function TableHead({ columns, actions = false }: TableHeadProps) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th scope="col">{column}</th>
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
