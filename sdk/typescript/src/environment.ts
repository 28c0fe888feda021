/** Reads a setting; undefined if it is unset or empty, and where there is no environment, as in browsers and workers. */
export function environmentOf(name: "FEATSTORE_URL" | "FEATSTORE_API_KEY"): string | undefined {
  const { process } = globalThis as { readonly process?: { readonly env?: Readonly<Record<string, string>> } };
  try {
    return process?.env?.[name] || undefined;
  } catch {
    return undefined; // Deno refuses access without a permission
  }
}
