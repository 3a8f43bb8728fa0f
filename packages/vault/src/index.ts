export type {
  CompartmentId,
  CompartmentKeys,
  SealContext,
  ShortTextPlace,
  ShortTexts,
  SubjectTags,
  Vault,
} from "./contract.ts";
export type { RootKeyCustody } from "./custody.ts";
export { openSealedFile, type SealedFileOptions } from "./sealed-file.ts";
export { openVault, type VaultOptions } from "./vault.ts";
