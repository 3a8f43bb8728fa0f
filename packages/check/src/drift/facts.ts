/** What drift is about. Facts that the template keeps and the account does not are found under their own rules. */
import type { Fact } from "../judge/fact.ts";

export const resourceIsThere: Fact = {
  id: "deployed-resource-is-there",
  title: "What the template describes exists in the account",
  why: "A template that passes protects nobody if what it describes is not there: a trail, an alarm or a bucket's policy that somebody deleted by hand leaves PHI without it, and the next deployment may fail on it.",
  remedy:
    "Find out who removed it and why (CloudTrail has the deletion). Deploy the template again, or take the resource out of it.",
  snippet: `
sam deploy        # or cdk deploy, aws cloudformation deploy
terraform apply   # where Terraform deploys
`,
  severity: "high",
  topics: ["hygiene"],
};

export const resourceMatchesItsTemplate: Fact = {
  id: "deployed-resource-matches-its-template",
  title: "The deployed resource is as its template says",
  why: "A setting that was changed in the console was reviewed by nobody, is in no history, and is lost or fought over at the next deployment. What was checked before deployment is then not what holds the PHI.",
  remedy:
    "If the change was a mistake, deploy the stack again so that the account is as the template says. If it was right, bring it into the template and have it reviewed.",
  snippet: `
sam deploy        # or cdk deploy, aws cloudformation deploy
terraform apply   # where Terraform deploys
`,
  severity: "medium",
  topics: ["hygiene"],
};

export const resourceIsInATemplate: Fact = {
  id: "deployed-resource-is-in-a-template",
  title: "What runs in the account is in a template",
  why: "What somebody made by hand passes no review and no check, has no owner, and is forgotten: copies of PHI end in such buckets and tables.",
  remedy:
    "Import it into a stack, or delete it. If another repository has it, check both together, or waive this one with that as the reason.",
  snippet: `
aws cloudformation create-change-set --change-set-type IMPORT
`,
  severity: "medium",
  topics: ["hygiene"],
};

export const DRIFT_FACTS: readonly Fact[] = [resourceIsThere, resourceMatchesItsTemplate, resourceIsInATemplate];
