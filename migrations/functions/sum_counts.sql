-- Sums lists of counts item by item. It needs `add_counts`, whose file comes before this one.
-- Called by report-store.ts.
create or replace aggregate featstore.sum_counts(bigint[]) (sfunc = featstore.add_counts, stype = bigint[], initcond = '{}');
