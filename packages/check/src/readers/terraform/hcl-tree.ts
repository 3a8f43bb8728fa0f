/** The syntax tree of HCL's native syntax (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md), with offsets. */

export interface HclBody {
  readonly attributes: readonly HclAttribute[];
  readonly blocks: readonly HclBlock[];
}

export interface HclAttribute {
  readonly name: string;
  readonly offset: number;
  readonly value: HclExpression;
}

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly offset: number;
  readonly body: HclBody;
}

export type HclExpression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null; readonly offset: number }
  | { readonly kind: "template"; readonly parts: readonly HclExpression[]; readonly offset: number }
  | { readonly kind: "name"; readonly name: string; readonly offset: number }
  | { readonly kind: "attribute"; readonly of: HclExpression; readonly name: string; readonly offset: number }
  | { readonly kind: "index"; readonly of: HclExpression; readonly key: HclExpression; readonly offset: number }
  | { readonly kind: "splat"; readonly of: HclExpression; readonly rest: readonly string[]; readonly offset: number }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly HclExpression[]; readonly offset: number }
  | { readonly kind: "list"; readonly items: readonly HclExpression[]; readonly offset: number }
  | {
      readonly kind: "object";
      readonly entries: readonly (readonly [HclExpression, HclExpression])[];
      readonly offset: number;
    }
  | {
      readonly kind: "conditional";
      readonly test: HclExpression;
      readonly whenTrue: HclExpression;
      readonly whenFalse: HclExpression;
      readonly offset: number;
    }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: HclExpression;
      readonly right: HclExpression;
      readonly offset: number;
    }
  | { readonly kind: "unary"; readonly operator: string; readonly of: HclExpression; readonly offset: number }
  | {
      readonly kind: "for";
      readonly keyName?: string;
      readonly valueName: string;
      readonly collection: HclExpression;
      /** Absent in a list. */
      readonly key?: HclExpression;
      readonly value: HclExpression;
      readonly test?: HclExpression;
      readonly offset: number;
    }
  /** `%{ if }` and `%{ for }` inside a template. */
  | { readonly kind: "directive"; readonly offset: number };
