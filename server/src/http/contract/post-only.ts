import { FeatstoreError } from "../../core/index";

/** Refuses a GET of a path that only answers POST, and would be an id otherwise. */
export function postOnly(): FeatstoreError {
  return new FeatstoreError(
    "method_not_allowed",
    "Method GET is not allowed: this path accepts POST with a JSON body.",
    {
      headers: { allow: "POST" },
    },
  );
}
