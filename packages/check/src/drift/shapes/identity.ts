/** IAM and EC2's security groups. Names: the API references, as `aws iam get-…` and `aws ec2 describe-…` print them. */
import { list, map, scalar, type Value } from "../../graph/value.ts";
import { itemsOf, lookUp, textAt, unwrapped } from "../live-value.ts";
import { document, each, filled, type Change, type Field, type Shape } from "./shape.ts";

const ROLE_FIELDS: Readonly<Record<string, Field>> = {
  AssumeRolePolicyDocument: ["AssumeRolePolicyDocument", document],
  MaxSessionDuration: "MaxSessionDuration",
  PermissionsBoundary: "PermissionsBoundary.PermissionsBoundaryArn",
  Description: ["Description", filled],
};
const ROLE = {
  type: "AWS::IAM::Role",
  needs: ["RoleName", "Arn"],
  identifiers: ["RoleName", "Arn", "RoleId"],
  // Roles that services make for themselves.
  isAwsOwned: (role: Value) => /^\/(aws-service-role|service-role\/aws-)/.test(textAt(role, "Path") ?? ""),
} as const;

const inlinePolicies: Change = (value) =>
  list(
    itemsOf(value).map((policy) => inlinePolicy(policy)),
    value.spot,
  );

function inlinePolicy(policy: Value): Value {
  const [name, written] = [lookUp(policy, "PolicyName"), lookUp(policy, "PolicyDocument")];
  return map(
    [
      ...(name ? ([["PolicyName", name]] as const) : []),
      ...(written ? ([["PolicyDocument", unwrapped(written)]] as const) : []),
    ],
    policy.spot,
  );
}

/** All that an account's own listing, and AWS Config, say of a role. */
const ROLE_IN_FULL: Readonly<Record<string, Field>> = {
  ...ROLE_FIELDS,
  Policies: ["RolePolicyList", inlinePolicies],
  ManagedPolicyArns: ["AttachedManagedPolicies", each("PolicyArn")],
};

const defaultVersion: Change = (value) => {
  const version = itemsOf(value).find((one) => textAt(one, "IsDefaultVersion") === "true");
  const written = version && lookUp(version, "Document");
  return written && unwrapped(written);
};

const isOfAws = (policy: Value): boolean => (textAt(policy, "Arn") ?? "").includes(":iam::aws:");

/** Each range, group and list of a permission is a rule of its own in a template. */
const rules: Change = (value) =>
  list(
    itemsOf(value).flatMap((permission) => {
      const common = (["IpProtocol", "FromPort", "ToPort"] as const).flatMap((name) => {
        const found = lookUp(permission, name);
        return found ? [[name, found] as const] : [];
      });
      return PEERS.flatMap(([from, key, to]) =>
        itemsOf(lookUp(permission, from)).flatMap((peer) => {
          const who = lookUp(peer, key);
          return who ? [map([...common, [to, who]], peer.spot)] : [];
        }),
      );
    }),
    value.spot,
  );
const PEERS = [
  ["IpRanges", "CidrIp", "CidrIp"],
  ["Ipv6Ranges", "CidrIpv6", "CidrIpv6"],
  ["UserIdGroupPairs", "GroupId", "PeerSecurityGroupId"],
  ["PrefixListIds", "PrefixListId", "PeerPrefixListId"],
] as const;

/** Config repeats the ranges as plain texts beside `ipv4Ranges`. */
const rulesInConfig: Change = (value) =>
  rules(
    list(
      itemsOf(value).map((permission) => {
        const ranges = lookUp(permission, "Ipv4Ranges");
        return permission.kind === "map" && ranges
          ? map(
              [...[...permission.entries].filter(([key]) => !/^ipRanges$/i.test(key)), ["IpRanges", ranges]],
              permission.spot,
            )
          : permission;
      }),
      value.spot,
    ),
  );

const SECURITY_GROUP: Shape = {
  type: "AWS::EC2::SecurityGroup",
  at: "SecurityGroups[]",
  needs: ["GroupId", "IpPermissions"],
  identifiers: ["GroupName", "GroupId", "SecurityGroupArn"],
  isList: true,
  // Each network has one that nobody made.
  isAwsOwned: (group) => textAt(group, "GroupName") === "default",
  fields: {
    GroupDescription: "Description",
    VpcId: "VpcId",
    SecurityGroupIngress: ["IpPermissions", rules],
    SecurityGroupEgress: ["IpPermissionsEgress", rules],
  },
};

export const SECURITY_GROUP_IN_CONFIG: Shape = {
  ...SECURITY_GROUP,
  at: "",
  fields: {
    ...SECURITY_GROUP.fields,
    SecurityGroupIngress: ["IpPermissions", rulesInConfig],
    SecurityGroupEgress: ["IpPermissionsEgress", rulesInConfig],
  },
};

export const IDENTITY_SHAPES: readonly Shape[] = [
  { ...ROLE, at: "Role", fields: ROLE_FIELDS },
  { ...ROLE, at: "Roles[]", fields: ROLE_FIELDS, isList: true },
  { ...ROLE, at: "RoleDetailList[]", fields: ROLE_IN_FULL, isList: true },
  {
    ...ROLE,
    at: "",
    needs: ["RoleName", "PolicyName", "PolicyDocument"],
    identifiers: ["RoleName"],
    fields: { Policies: ["PolicyDocument", () => undefined] },
  },
  {
    ...ROLE,
    at: "",
    needs: ["RoleName", "AttachedPolicies"],
    identifiers: ["RoleName"],
    fields: { ManagedPolicyArns: ["AttachedPolicies", each("PolicyArn")] },
  },
  {
    type: "AWS::IAM::ManagedPolicy",
    at: "Policies[]",
    needs: ["PolicyName", "Arn", "PolicyVersionList"],
    identifiers: ["PolicyName", "Arn"],
    isList: true,
    isAwsOwned: isOfAws,
    fields: { PolicyDocument: ["PolicyVersionList", defaultVersion] },
  },
  {
    type: "AWS::IAM::ManagedPolicy",
    at: "",
    needs: ["PolicyVersion.Document"],
    identifiers: ["PolicyArn", "Arn", "PolicyName"],
    fields: { PolicyDocument: ["PolicyVersion.Document", document] },
  },
  SECURITY_GROUP,
];

/** Shapes by type of what AWS Config writes under `configuration`. */
export const IDENTITY_IN_CONFIG: readonly Shape[] = [
  { ...ROLE, at: "", fields: ROLE_IN_FULL },
  {
    type: "AWS::IAM::ManagedPolicy",
    at: "",
    needs: ["PolicyName", "Arn"],
    identifiers: ["PolicyName", "Arn"],
    isAwsOwned: isOfAws,
    fields: { PolicyDocument: ["PolicyVersionList", defaultVersion] },
  },
  SECURITY_GROUP_IN_CONFIG,
];

/** `get-role-policy` answers one of a role's policies; there may be others. */
export function oneInlinePolicy(answer: Value): Value {
  return list([inlinePolicy(answer)], answer.spot, "policies that the snapshot does not show");
}

/** So that a rule of another's notation is the same rule. */
export function protocolOf(text: string): string {
  return { "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", all: "-1" }[text] ?? text;
}

export const everyAddress = (spot: Value["spot"]): Value =>
  list(
    [
      map(
        [
          ["IpProtocol", scalar("-1", spot)],
          ["CidrIp", scalar("0.0.0.0/0", spot)],
        ],
        spot,
      ),
    ],
    spot,
  );
