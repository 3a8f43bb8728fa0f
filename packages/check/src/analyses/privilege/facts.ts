/** The facts of least privilege from code: what a function's role grants, beside what its code and its settings need. */
import type { Fact } from "../../judge/fact.ts";

const SNIPPET = `
Function:
  Type: AWS::Serverless::Function
  Properties:
    Policies:
      - Statement:
          - Sid: DynamodbTable
            Effect: Allow
            Action: [dynamodb:GetItem, dynamodb:PutItem]
            Resource: !GetAtt Table.Arn`;

/** 45 CFR 164.308(a)(7)(ii)(C), 164.312(a)(2)(ii): what care needs works when it is needed. */
export const roleGrantsWhatCodeNeeds: Fact = {
  id: "function-role-grants-what-code-needs",
  title: "The function's role grants what its code needs",
  why: "AWS refuses the call, and the function fails where nobody has tried it yet: on the rare way through the code, at night, with a patient's record half written.",
  remedy: "Grant the role the action on the resource that the call names. `ward check --fix` writes the statement.",
  snippet: SNIPPET,
  severity: "high",
  topics: ["availability"],
};

/** 45 CFR 164.308(a)(4)(ii)(B), 164.312(a)(1); GDPR Art. 25(2): no more power than the work takes. */
export const roleGrantsOnlyWhatCodeNeeds: Fact = {
  id: "function-role-grants-only-what-code-needs",
  title: "The function's role grants only what its code needs",
  why: "Whoever finds a hole in the function, or in one of its packages, has every power of its role. Records that no way through the code reads can be read by them all the same.",
  remedy:
    "Grant what the code calls, on what it names. `ward check --fix` writes the policy; what it leaves out, no call asks for.",
  snippet: SNIPPET,
  severity: "medium",
  topics: ["least-privilege"],
};

/** 45 CFR 164.308(a)(1)(ii)(A): what can't be seen is part of the risk as well. */
export const callsAreKnown: Fact = {
  id: "function-calls-can-be-read-from-its-code",
  title: "What the function asks AWS for can be read from its code",
  why: "A call whose command or resource only a run decides may reach anything that the role grants, and nobody can say beforehand what that is.",
  remedy:
    "Name the command and the resource in the code or in an environment variable of the template, or choose among names that are written there.",
  snippet: `
Function:
  Type: AWS::Lambda::Function
  Properties:
    Environment:
      Variables:
        TABLE: !Ref Table`,
  severity: "low",
  topics: ["least-privilege"],
};

/** 45 CFR 164.308(a)(4)(ii)(B): a grant that can't be seen can't be judged. */
export const roleIsKnown: Fact = {
  id: "function-role-can-be-read-from-its-template",
  title: "What the function's role grants can be read from its template",
  why: "A role that is made elsewhere may grant everything. Who reviews the function can't tell.",
  remedy: "Define the role and its policies beside the function, or have the framework make it.",
  snippet: `
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement:
        - Effect: Allow
          Principal: { Service: lambda.amazonaws.com }
          Action: sts:AssumeRole
    ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]`,
  severity: "low",
  topics: ["least-privilege"],
};

export const FACTS: readonly Fact[] = [
  roleGrantsWhatCodeNeeds,
  roleGrantsOnlyWhatCodeNeeds,
  callsAreKnown,
  roleIsKnown,
];
