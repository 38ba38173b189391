import { z } from 'zod';

export type Json = Record<string, unknown>;

/** Schemas by their `id`, as they are met. */
export type Components = Record<string, unknown>;

/**
 * The JSON Schema of what a request may hold (`input`) or an answer does (`output`). A schema with an `id` is put into
 * `components` and referred to. Without `$schema`: OpenAPI 3.1 has one dialect for all.
 */
export function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output', components: Components): Json {
  const { $schema: _, $defs, ...rest } = referToComponents(z.toJSONSchema(schema, { io }));
  Object.assign(components, $defs);
  return rest;
}

function referToComponents(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema), (member, value) =>
    member === '$ref' ? String(value).replace('#/$defs/', '#/components/schemas/') : value,
  );
}
