-- $1 = the as-of time
with "grouped" as (
  select
    "embeddings"."id",
    max("embeddings"."at") as "_event_time",
    first("embeddings"."embedding" order by "embeddings"."at" desc nulls first) as "embedding",
    count(*)::integer as "versions"
  from "embeddings"
  where "embeddings"."at" <= $1::timestamptz
    and "embeddings"."id" is not null
  group by "embeddings"."id"
)
select
  '' as "_tenant",
  "grouped"."id"::integer as "id",
  "grouped"."_event_time"::timestamptz as "_event_time",
  "grouped"."embedding"::real[] as "lyrics",
  "grouped"."versions",
  null::text[] as "_unparsed"
from "grouped";
