/**
 * Who else may use what a template makes: containers, machines, people and programs whose code nobody reads here. They are
 * known by what they are granted.
 */
import type { Graph } from "../../graph/graph.ts";
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Spot } from "../../source/source-text.ts";
import { roleGrants } from "../privilege/policy/role-grants.ts";
import type { Stack } from "../privilege/resources/stack.ts";
import { isFunction, type Mentions } from "./mentions.ts";
import { isGranted } from "./read-functions.ts";

export interface OtherActor {
  readonly because: string;
  readonly spot: Spot;
  readonly may: (actions: readonly string[], resource: Resource) => boolean;
}

export function otherActors(graph: Graph, stack: Stack, mentions: Mentions): readonly OtherActor[] {
  return [
    ...graph.ofType("AWS::IAM::Role").flatMap((role) => actorOfRole(role, stack, mentions)),
    ...graph
      .ofType(
        "AWS::IAM::User",
        "AWS::IAM::Group",
        "AWS::IAM::Policy",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::UserPolicy",
      )
      .flatMap(actorOfPolicy),
  ];
}

/** A role of something else than a function, or of somebody outside. */
function actorOfRole(role: Resource, stack: Stack, mentions: Mentions): readonly OtherActor[] {
  const user = mentions.usesOf(role).find(({ from }) => !isFunction(from))?.from;
  const trust = policyDocument(role.at("AssumeRolePolicyDocument"));
  const isOutside =
    trust.open !== undefined ||
    trust.statements.some(({ principals }) => principals.some(({ type }) => type !== "Service"));
  if (!user && !isOutside) return [];
  const grants = roleGrants(role, stack);
  return [
    {
      because: `${user ? `${user.name} acts` : "others act"} with the role ${role.name}, which is granted it`,
      spot: role.spot,
      may: (actions, resource) => isGranted(grants, actions, stack.arnOf(resource)),
    },
  ];
}

/** People, and whoever a policy is attached to elsewhere. */
function actorOfPolicy(policy: Resource): readonly OtherActor[] {
  const isIdentity = /User|Group/.test(policy.type);
  const hasUsers = !policy.at("Users").isAbsent || !policy.at("Groups").isAbsent;
  const isLoose = policy.type === "AWS::IAM::ManagedPolicy" && policy.at("Roles").isAbsent;
  if (!isIdentity && !hasUsers && !isLoose) return [];
  const named = policy.whole.references();
  return [
    {
      because: `whoever has ${policy.name} is granted it`,
      spot: policy.spot,
      may: (_, resource) => named.has(resource.id),
    },
  ];
}
