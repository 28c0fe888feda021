export { parseApiKey } from "./api-key-format";
export { keySecretOf } from "./key-secret";
export { createKeyStore } from "./key-store";
export { createKeyService, type KeyRecord, type KeyService } from "./keys";
