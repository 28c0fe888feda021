// Of Scalar only the finished browser bundle is used (server/tsup.config.ts copies it). So its dependencies are not
// installed, and its requirement of a newer Node than ours does not count (decision 48).
function readPackage(manifest) {
  if (manifest.name !== "@scalar/api-reference") return manifest;
  return { ...manifest, dependencies: {}, engines: {} };
}

module.exports = { hooks: { readPackage } };
