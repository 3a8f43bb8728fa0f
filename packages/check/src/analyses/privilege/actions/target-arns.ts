/** ARNs of the kinds of resources that several services' requests name. */
import type { Spoken } from "../resources/spoken.ts";
import type { Request } from "./request.ts";

export function tables(request: Request, said: Spoken): Spoken {
  return request.arns("dynamodb:R:A:table/{}", said);
}

export function buckets(said: Spoken, request: Request): Spoken {
  return request.arns("s3:::{}", said);
}

/** Objects of buckets, with as much of the key as is known. An access point's objects stand below `/object/`. */
export function objects(bucket: Spoken, key: Spoken): Spoken {
  const keys =
    key.texts.length === 0 || key.texts.length > 4 ? ["*"] : key.texts.map((text) => text.replace(/^\//, ""));
  return {
    ...bucket,
    texts: bucket.texts.flatMap((arn) =>
      keys.map((one) => (arn.includes(":accesspoint/") ? `${arn}/object/${one}` : `${arn}/${one}`)),
    ),
  };
}

export function queues(request: Request, said: Spoken): Spoken {
  return request.arns("sqs:R:A:{}", said, (text) => text.replace(/^https?:\/\/.*\//, ""));
}

export function keys(request: Request, said: Spoken): Spoken {
  const { stack } = request.around;
  const made = request.arns("kms:R:A:key/{}", said);
  const texts = made.texts.map((text) => {
    const alias = /(?:key\/|:)(alias\/.+)$/.exec(text)?.[1];
    if (alias === undefined) return text;
    const known = stack.graph.ofType("AWS::KMS::Alias").find((one) => stack.nameOf(one) === alias);
    const [target] = known ? stack.symbols(known.at("TargetKeyId").value) : [];
    if (target === undefined) return "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/*";
    return request.arns("kms:R:A:key/{}", { texts: [target] }).texts[0] ?? text;
  });
  return { ...made, texts };
}

/** The alias that a request names, where nothing of the stack says which key that is. */
export function foreignAliases(request: Request, said: Spoken): readonly string[] {
  const { stack } = request.around;
  return said.texts.flatMap((text) => {
    const alias = /(?:^|:)(alias\/.+)$/.exec(text)?.[1];
    return alias !== undefined && !stack.graph.ofType("AWS::KMS::Alias").some((one) => stack.nameOf(one) === alias)
      ? [alias]
      : [];
  });
}
