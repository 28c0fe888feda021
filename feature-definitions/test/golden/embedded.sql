-- $1 = the as-of time
with "sorted" as (
  select
    "embeddings"."id",
    "embeddings"."at" as "_event_time",
    "embeddings"."embedding"
  from "embeddings"
  where "embeddings"."at" <= $1::timestamptz
    and "embeddings"."id" is not null
  order by "embeddings"."id", "embeddings"."at" desc
),
"grouped" as (
  select
    "sorted"."id",
    max("sorted"."_event_time") as "_event_time",
    (array_agg("sorted"."embedding"))[1] as "embedding",
    count(*)::integer as "versions"
  from "sorted"
  group by "sorted"."id"
)
select
  ''::text as "_tenant",
  "grouped"."id"::integer as "id",
  "grouped"."_event_time"::timestamptz as "_event_time",
  "grouped"."embedding"::vector(3) as "lyrics",
  "grouped"."versions",
  null::text[] as "_unparsed"
from "grouped";
