import manifest from '../../package.json' with { type: 'json' };
import { PROBLEM_MEDIA_TYPE, problemSchema } from '../problems/problem.ts';
import type { Route } from '../routes/route.ts';
import { ROUTES } from '../routes/table.ts';
import { type Components, type Json, jsonSchema } from './json-schema.ts';
import { operation } from './operation.ts';

let made: ReturnType<typeof makeDocument> | undefined;

/** The API in OpenAPI 3.1, out of the table of routes. Made once. */
export function openApiDocument() {
  made ??= makeDocument();
  return made;
}

function makeDocument() {
  const schemas: Components = {};
  const problem = {
    description: 'A problem',
    content: { [PROBLEM_MEDIA_TYPE]: { schema: jsonSchema(problemSchema, 'output', schemas) } },
  };
  const paths: Record<string, Json> = {};
  for (const [id, route] of Object.entries<Route>(ROUTES)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(id, route, schemas) };
  }
  return {
    openapi: '3.1.0' as const,
    info: { title: 'Seedlot', version: manifest.version },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: { Problem: problem },
      schemas,
    },
  };
}
