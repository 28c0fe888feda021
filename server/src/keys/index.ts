export { parseApiKey } from "./api-key-format";
export { keySecretOf } from "./key-secret";
export { createKeyService, type KeyRecord, type KeyService } from "./keys";
export { createPostgresKeyStore } from "./postgres-key-store";
