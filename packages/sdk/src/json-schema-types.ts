/**
 * The TypeScript type that a JSON Schema literal describes, for the keywords that shape data: `type`, `properties`,
 * `required`, `items`, `enum`, `const`. Anything else types as `unknown`, never as something it might not be.
 */

export type BodySchema = Readonly<Record<string, unknown>>;

export type BodyOf<Schema> = Schema extends undefined
  ? undefined
  : Schema extends { readonly const: infer Value }
    ? Value
    : Schema extends { readonly enum: readonly (infer Choice)[] }
      ? Choice
      : Schema extends { readonly type: "string" }
        ? string
        : Schema extends { readonly type: "number" | "integer" }
          ? number
          : Schema extends { readonly type: "boolean" }
            ? boolean
            : Schema extends { readonly type: "null" }
              ? null
              : Schema extends { readonly type: "array"; readonly items: infer Item }
                ? readonly BodyOf<Item>[]
                : Schema extends { readonly type: "object"; readonly properties: infer Properties }
                  ? ObjectOf<Properties, RequiredOf<Schema>>
                  : unknown;

type RequiredOf<Schema> = Schema extends { readonly required: readonly (infer Key)[] } ? Key : never;

type ObjectOf<Properties, Required> = {
  readonly [Key in keyof Properties as Key extends Required ? Key : never]: BodyOf<Properties[Key]>;
} & {
  readonly [Key in keyof Properties as Key extends Required ? never : Key]?: BodyOf<Properties[Key]>;
};
