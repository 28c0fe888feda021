export { parseApiKey } from "./api-key-format";
export { commandCaller } from "./key-caller";
export { keyDocument } from "./key-document";
export { operatorLimits } from "./key-limits";
export { type KeySecrets, keySecretsOf } from "./key-secrets";
export { createKeyStore } from "./key-store";
export { createKeyService, type IssuedKey, type KeyService, type SecretUse } from "./keys";
export { dueForRotation } from "./rotation-policy";
export { type KeyRecord, stateOf } from "./stored-key";
