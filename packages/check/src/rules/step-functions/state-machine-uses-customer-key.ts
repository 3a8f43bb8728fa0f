/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const stateMachineUsesCustomerKey: Rule = {
  id: "state-machine-uses-customer-key",
  title: "The state machine is encrypted with a key of your own",
  why: "Inputs and outputs of executions are kept for 90 days.",
  remedy: "Set EncryptionConfiguration with a customer managed key.",
  snippet: `
Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { EncryptionConfiguration: { Type: CUSTOMER_MANAGED_KMS_KEY, KmsKeyId: k } } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::StepFunctions::StateMachine"],
  judge(thing: Resource) {
    return all(
      thing.at("EncryptionConfiguration.Type").equals("CUSTOMER_MANAGED_KMS_KEY"),
      thing.at("EncryptionConfiguration.KmsKeyId").isFilled(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::StepFunctions::StateMachine, Properties: { EncryptionConfiguration: { Type: CUSTOMER_MANAGED_KMS_KEY, KmsKeyId: k } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::StepFunctions::StateMachine }` }],
  },
};
