/** Every Terraform type that has CloudFormation words. */
import type { TfType } from "../vocabulary.ts";
import { COMPUTE_TYPES } from "./compute.ts";
import { DATABASE_TYPES } from "./databases.ts";
import { GOVERNANCE_TYPES } from "./governance.ts";
import { IDENTITY_TYPES } from "./identity.ts";
import { MESSAGING_TYPES } from "./messaging.ts";
import { NETWORK_TYPES } from "./network.ts";
import { STORAGE_TYPES } from "./storage.ts";

export const TF_TYPES: Readonly<Record<string, TfType>> = {
  ...COMPUTE_TYPES,
  ...DATABASE_TYPES,
  ...GOVERNANCE_TYPES,
  ...IDENTITY_TYPES,
  ...MESSAGING_TYPES,
  ...NETWORK_TYPES,
  ...STORAGE_TYPES,
};
