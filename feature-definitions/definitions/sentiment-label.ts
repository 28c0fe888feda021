import { type Scalar, when } from "../src/index";

/** The three labels on which analyzers agree; their spelling differs, and any other label is null. */
export function sentimentLabel(sentiment: Scalar<"string", true, "row">): Scalar<"string", true, "row"> {
  const label = sentiment.trim().lower();
  return when(label.eq("positive"), "positive")
    .when(label.eq("neutral"), "neutral")
    .when(label.eq("negative"), "negative")
    .end();
}
