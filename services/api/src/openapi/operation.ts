import type { z } from 'zod';
import { idSchema, serialSchema } from '../routes/questions.ts';
import { paramNames, type Route } from '../routes/route.ts';
import { type Components, type Json, jsonSchema } from './json-schema.ts';

const JSON_MEDIA_TYPE = 'application/json';

/** One route as OpenAPI's Operation Object; its named schemas go into `components`. */
export function operation(operationId: string, route: Route, components: Components): Json {
  return {
    operationId,
    summary: route.summary,
    ...(route.kind === 'probe' ? { security: [] } : { description: `For ${route.who.join(', ')}.` }),
    parameters: [...fromPath(route, components), ...fromQuery(route, components), ...fromHeaders(route)],
    ...(route.kind === 'effect' && {
      requestBody: {
        content: {
          [JSON_MEDIA_TYPE]: { schema: jsonSchema(route.body, 'input', components) },
          ...(route.csv !== undefined && { 'text/csv': { schema: {} } }),
        },
      },
    }),
    ...(route.kind === 'upload' && {
      requestBody: { required: true, content: { [route.media]: { schema: {} } } },
    }),
    responses: { ...success(route, components), default: { $ref: '#/components/responses/Problem' } },
  };
}

function fromPath(route: Route, components: Components): Json[] {
  return paramNames(route.path).map(name => {
    const schema = jsonSchema(name === 'serial' ? serialSchema : idSchema, 'input', components);
    return { in: 'path', name, required: true, schema };
  });
}

function fromQuery(route: Route, components: Components): Json[] {
  const query = route.kind === 'read' ? route.query : route.kind === 'effect' ? route.csv : undefined;
  const shape: Record<string, z.core.$ZodType> = query?.shape ?? {};
  return Object.entries(shape).map(([name, schema]) => ({
    in: 'query',
    name,
    schema: jsonSchema(schema, 'input', components),
  }));
}

function fromHeaders(route: Route): Json[] {
  if (route.kind === 'effect') {
    const schema = { type: 'string', minLength: 1, maxLength: 200 };
    return [{ in: 'header', name: 'Idempotency-Key', required: true, schema }];
  }
  const heeded = route.kind === 'stream' || route.kind === 'upload' ? Object.entries(route.headers) : [];
  return heeded.map(([name, description]) => ({
    in: 'header',
    name,
    description,
    ...(route.kind === 'upload' && { required: true }),
    schema: { type: 'string' },
  }));
}

function success(route: Route, components: Components): Json {
  const description = route.summary;
  if (route.kind !== 'stream') {
    const content = { [JSON_MEDIA_TYPE]: { schema: jsonSchema(route.answer, 'output', components) } };
    return { ['status' in route ? route.status : 200]: { description, content } };
  }
  const schema = route.event === undefined ? {} : jsonSchema(route.event, 'output', components);
  const answer = { description, content: { [route.media]: { schema } } };
  return 'Range' in route.headers ? { 200: answer, 206: answer } : { 200: answer };
}
