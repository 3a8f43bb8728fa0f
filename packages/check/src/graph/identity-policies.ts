/** What an identity is granted: the documents of a policy, or those written into a role, user or group. */
import { policyDocument, type PolicyDocument, type Statement } from "./policy-document.ts";
import type { Resource } from "./resource.ts";
import { all, pass, type Truth } from "./truth.ts";

/** Types whose grants `identityPolicies` reads. */
export const IDENTITY_TYPES: readonly string[] = [
  "AWS::IAM::Group",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::IAM::User",
];

export function identityPolicies(resource: Resource): readonly PolicyDocument[] {
  const inline = resource
    .at("Policies")
    .items()
    .map((policy) => policyDocument(policy.at("PolicyDocument")));
  const own = resource.at("PolicyDocument");
  return own.isAbsent ? inline : [policyDocument(own), ...inline];
}

/** No statement that allows satisfies the question. Says nothing of an identity that is granted nothing here. */
export function noGrant(resource: Resource, question: (statement: Statement) => Truth): Truth | "notApplicable" {
  const documents = identityPolicies(resource);
  const open = resource.at("Policies");
  if (documents.length === 0) return open.isUnknown ? open.undecided() : "notApplicable";
  return all(...documents.map((document) => document.noAllow(question)), pass());
}
