export interface PageChoice {
  /** Counted from 1. */
  readonly pageNumber: number;
  readonly pages: number;
}

/** Returns the page that a query names, or the nearest one. */
export function pageChoice(text: string | null, rows: number, perPage: number): PageChoice {
  const pages = Math.max(1, Math.ceil(rows / perPage));
  const wanted = /^\d{1,6}$/.test(text ?? "") ? Number(text) : 1;
  return { pageNumber: Math.min(Math.max(wanted, 1), pages), pages };
}

interface PagesProps extends PageChoice {
  readonly hrefOf: (pageNumber: number) => string;
}

/** Links to the other pages of a long table. */
export function Pages({ pageNumber, pages, hrefOf }: PagesProps) {
  if (pages === 1) return null;
  return (
    <nav class="row" aria-label="Pages">
      <span class="muted small grow">{`Page ${pageNumber} of ${pages}`}</span>
      {pageNumber > 1 ? (
        <a class="button slim" href={hrefOf(pageNumber - 1)}>
          Previous
        </a>
      ) : null}
      {pageNumber < pages ? (
        <a class="button slim" href={hrefOf(pageNumber + 1)}>
          Next
        </a>
      ) : null}
    </nav>
  );
}
