/*
 * Hand-written SQL for the shipped feature views: $1 is an array of track ids, $2 the as-of time (UTC, without zone). Columns:
 * id, event_time (microseconds since 1970, null without a visible row), and the features as JSON, with int64 as text and
 * times in ISO form. Does not use the compiler.
 */

const number = (json: string, key: string) =>
  `case when ${json} ->> '${key}' ~ '^-?[0-9]+([.][0-9]+)?$' then (${json} ->> '${key}')::float8 end`;
const max = { int: "2147483647", bigint: "9223372036854775807" };
const integer = (json: string, key: string, type: keyof typeof max = "int") =>
  `case when ${json} ->> '${key}' ~ '^ *-?[0-9]{1,30} *$' then
    case when abs((${json} ->> '${key}')::numeric) <= ${max[type]} then (${json} ->> '${key}')::${type} end end`;

const micros = (time: string) => `(extract(epoch from ${time}) * 1000000)::bigint::text`;
const iso = (time: string) => `to_char(${time}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Selects each track's visible analyses, ordered by (time, id), newest first. */
const seen = (condition: string, columns: string) => `
with member as (
  select id from tracks where id = any ($1::int[]) and (created_at is null or created_at <= $2::timestamp)
),
seen as (
  select a.track_id, a.id as analysis_id, a.created_at, ${columns}
  from analysis_results a join member m on m.id = a.track_id
  where a.created_at <= $2::timestamp and ${condition}
)`;
const last = (column: string) => `(array_agg(${column} order by created_at desc, analysis_id desc))[1]`;
const lastKnown = (column: string) =>
  `(array_agg(${column} order by created_at desc, analysis_id desc) filter (where ${column} is not null))[1]`;
const within = (hours: number) => `filter (where created_at > $2::timestamp - interval '${hours} hours')`;
const perMember = (features: Readonly<Record<string, string>>) => `
select m.id, ${micros("max(s.created_at)")} as event_time,
  json_build_object(${Object.entries(features)
    .map(([name, sql]) => `'${name}', ${sql}`)
    .join(", ")})::text as features
from member m left join seen s on s.track_id = m.id
group by m.id`;

const label = `case trim(both ' ' from lower(sentiment))
    when 'positive' then 'positive' when 'neutral' then 'neutral' when 'negative' then 'negative' end as label`;
const judges = "analyzer_type in ('qwen-3-4b-fp8', 'gemma-3-27b-it', 'ollama-llama3.1-8b')";

const scores = ["quality_score", "commercial_potential", "viral_potential", "longevity"];
const lyricSentiment = `${seen(
  judges,
  [
    label,
    "confidence",
    ...scores.map((key) => `${number("analysis_data", key)} as ${key}`),
    "analysis_data ->> 'mood' as mood",
    "analysis_data ->> 'style' as style",
  ].join(", "),
)}
${perMember({
  sentiment: last("label"),
  confidence: `${last("confidence")}::float8`,
  confidence_avg_90d: `(avg(confidence) ${within(2160)})::float8`,
  positive_share: "count(*) filter (where label = 'positive') / nullif(count(label), 0)::float8",
  analyses_90d: `count(analysis_id) ${within(2160)}`,
  quality: lastKnown("quality_score"),
  commercial_potential: lastKnown("commercial_potential"),
  viral_potential: lastKnown("viral_potential"),
  longevity: lastKnown("longevity"),
  mood: lastKnown("mood"),
  style: lastKnown("style"),
})}`;

const emotions = ["joy", "love", "surprise", "sadness", "anger", "fear"];
const lastEmotion = Object.fromEntries(emotions.map((name) => [name, last(name)]));
const anyEmotionMissing = emotions.map((name) => `${lastEmotion[name]} is null`).join(" or ");
const strongest = `greatest(${emotions.map((name) => lastEmotion[name]).join(", ")})`;
const lyricEmotion = `${seen(
  "analyzer_type = 'emotion-distilroberta'",
  emotions.map((name) => `${number("(analysis_data -> 'emotions')", name)} as ${name}`).join(", "),
)}
${perMember({
  ...lastEmotion,
  dominant: `case when ${anyEmotionMissing} or ${strongest} <= 0 then null
    ${emotions.map((name) => `when ${lastEmotion[name]} = ${strongest} then '${name}'`).join(" ")} end`,
  polarity: `${last("joy")} + ${last("love")} - ${last("sadness")} - ${last("anger")} - ${last("fear")}`,
  joy_avg: "avg(joy)",
  analyses: "count(analysis_id)",
})}`;

const counted = { words: "words", unique_words: "unique_words" };
const measured = {
  type_token_ratio: "ttr",
  readability: "readability",
  rhyme_density: "rhyme_density",
  syllables_per_line: "syllables_per_line",
  repetition: "repetition",
  profanity_ratio: "profanity_ratio",
};
const lyricComplexity = `${seen(
  "analyzer_type = 'algorithmic'",
  [
    "complexity_score",
    ...Object.entries(counted).map(([name, key]) => `${integer("analysis_data", key)} as ${name}`),
    ...Object.entries(measured).map(([name, key]) => `${number("analysis_data", key)} as ${name}`),
  ].join(", "),
)}
${perMember({
  complexity: `${last("complexity_score")}::float8`,
  ...Object.fromEntries([...Object.keys(counted), ...Object.keys(measured)].map((name) => [name, last(name)])),
  analyses: "count(analysis_id)",
})}`;

const of = (value: string) => `count(*) filter (where label = '${value}')`;
const lastOf = (analyzer: string) =>
  `(array_agg(label order by created_at desc, analysis_id desc) filter (where analyzer_type = '${analyzer}'))[1]`;
const analyzerConsensus = `${seen(judges, `analyzer_type, confidence, ${label}`)}
${perMember({
  analyzers: "count(distinct analyzer_type)",
  labels: "count(distinct label)",
  agreement: `greatest(${of("positive")}, ${of("neutral")}, ${of("negative")}) / nullif(count(label), 0)::float8`,
  confidence_spread: "stddev_samp(confidence)::float8",
  qwen_gemma_agree: `${lastOf("qwen-3-4b-fp8")} = ${lastOf("gemma-3-27b-it")}`,
})}`;

const analysisActivity = `${seen("true", "analyzer_type, model_version, processing_time_ms")}
${perMember({
  analyses_7d: `count(analysis_id) ${within(168)}`,
  analyses_30d: `count(analysis_id) ${within(720)}`,
  analyses_90d: `count(analysis_id) ${within(2160)}`,
  analyses_total: "count(analysis_id)",
  analyzers_90d: `count(distinct analyzer_type) ${within(2160)}`,
  analyzers_total: "count(distinct analyzer_type)",
  model_versions: "count(distinct model_version)",
  first_analyzed_at: iso("min(created_at)"),
  last_analyzed_at: iso("max(created_at)"),
  last_analyzer: last("analyzer_type"),
  processing_time_avg_30d: `(avg(processing_time_ms) ${within(720)})::float8`,
})}`;

const sounds = ["tempo", "energy", "valence", "danceability", "acousticness", "speechiness", "loudness"];
const profile: Readonly<Record<string, string>> = {
  title: "title",
  artist: "artist",
  lyrics_length: "char_length(lyrics)",
  release_year: `case when left(spotify_data ->> 'release_date', 4) ~ '^[0-9]{4}$'
    then left(spotify_data ->> 'release_date', 4)::int end`,
  popularity: integer("spotify_data", "popularity"),
  duration_ms: integer("spotify_data", "duration_ms"),
  explicit: "(spotify_data ->> 'explicit')::bool",
  followers: `(${integer("spotify_data", "followers", "bigint")})::text`,
  ...Object.fromEntries(sounds.map((name) => [name, number("audio_features", name)])),
};
// A track without a time is a member whose row has no known event time.
const trackProfile = `
select id, ${micros("created_at")} as event_time,
  json_build_object(${Object.entries(profile)
    .map(([name, sql]) => `'${name}', case when created_at is not null then ${sql} end`)
    .join(", ")})::text as features
from tracks where id = any ($1::int[]) and (created_at is null or created_at <= $2::timestamp)`;

/** Vectors as JSON arrays, in the same form. */
export const trackEmbeddings = `
select id, ${micros("created_at")} as event_time,
  json_build_object('lyrics', case when created_at is not null then lyrics_embedding::text::json end,
    'audio', case when created_at is not null then audio_embedding::text::json end)::text as features
from tracks where id = any ($1::int[]) and (created_at is null or created_at <= $2::timestamp)`;

/** By view, in the order of a read without a selection. */
export const handWrittenViews: Readonly<Record<string, string>> = {
  analysis_activity: analysisActivity,
  analyzer_consensus: analyzerConsensus,
  lyric_complexity: lyricComplexity,
  lyric_emotion: lyricEmotion,
  lyric_sentiment: lyricSentiment,
  track_profile: trackProfile,
};
