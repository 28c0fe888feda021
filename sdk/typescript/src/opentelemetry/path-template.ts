/** The paths of the API that the client calls; those without a parameter come first. */
const TEMPLATES = [
  "/api/features/batch",
  "/api/features/{id}",
  "/api/embeddings/batch",
  "/api/embeddings/search",
  "/api/embeddings/{id}",
  "/api/feature-views",
  "/api/feature-views/{name}",
  "/api/feature-views/{name}/profile",
  "/api/feature-views/{name}/drift",
  "/api/feature-views/{name}/versions/{version}",
  "/api/feature-services",
  "/api/feature-services/{name}",
  "/api/runs",
  "/api/training-sets",
  "/api/training-sets/{id}",
  "/api/training-sets/{id}/cancel",
  "/api/training-sets/{id}/data",
  "/api/datasets",
  "/api/datasets/{name}",
  "/api/datasets/{name}/terms",
  "/api/datasets/{name}/snapshots",
  "/api/datasets/{name}/snapshots/{snapshot}/files/{file}",
  "/api/datasets/{name}/exports",
  "/api/datasets/{name}/exports/{id}",
  "/api/datasets/{name}/exports/{id}/data",
  "/api/usage",
  "/api/keys",
  "/api/keys/{id}",
  "/api/keys/{id}/rotate",
  "/health",
] as const;

/**
 * Returns the template of a path, which names a span without ids; undefined for a path of a newer client.
 *
 * @example templateOf("/api/features/7") // "/api/features/{id}"
 */
export function templateOf(path: string): string | undefined {
  const segments = path.split("/");
  return TEMPLATES.find((template) => {
    const parts = template.split("/");
    return (
      parts.length === segments.length && parts.every((part, index) => part[0] === "{" || part === segments[index])
    );
  });
}
