import { describe, expect, test } from 'vitest';
import { type EffectRoute, paramNames, type Route } from '../routes/route.ts';
import { ROUTES } from '../routes/table.ts';
import { openApiDocument } from './document.ts';

type Json = Record<string, unknown>;

const document: Json & { paths: Record<string, Json> } = openApiDocument();
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation: operation as Json })),
);
const routes = Object.entries<Route>(ROUTES);

/** Every object in the document, with the place where it stands. */
function* objectsIn(value: unknown, place = '#'): Generator<{ place: string; object: Json }> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { place, object: value as Json };
  for (const [member, inner] of Object.entries(value)) yield* objectsIn(inner, `${place}/${member}`);
}

function at(reference: string): unknown {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce<unknown>((value, step) => (value as Json | undefined)?.[step], document);
}

function operationOf(id: string): Json {
  const found = operations.find(({ operation }) => operation.operationId === id);
  if (found === undefined) throw new Error(`No operation ${id}`);
  return found.operation;
}

test('the document is what JSON can say', () => {
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Seedlot', version: expect.any(String) },
  });
});

test('there is one operation for each route, and no other', () => {
  const known = routes.map(([id, route]) => [
    route.path.replace(/:(\w+)/g, '{$1}'),
    route.method.toLowerCase(),
    id,
  ]);
  const described = operations.map(({ path, method, operation }) => [path, method, operation.operationId]);
  expect(described.sort()).toEqual(known.sort());
});

test('every reference leads to something', () => {
  const references = [...objectsIn(document)].flatMap(({ object }) =>
    '$ref' in object ? [String(object.$ref)] : [],
  );
  expect(references.length).toBeGreaterThan(routes.length);
  for (const reference of references)
    expect([reference, at(reference)]).toEqual([reference, expect.any(Object)]);
});

test('every named schema is in the document once, and used', () => {
  const names = Object.keys(at('#/components/schemas') as Json).sort();
  expect(names).toEqual([
    'Customer',
    'Delivery',
    'Export',
    'Factory',
    'File',
    'Lot',
    'LotReport',
    'Order',
    'Problem',
    'Product',
    'Report',
    'ReportPart',
    'Serial',
    'Shred',
    'Staff',
    'Status',
  ]);
  const text = JSON.stringify(document);
  for (const name of names) expect(text).toContain(`"#/components/schemas/${name}"`);
});

test('no schema says what only another dialect knows', () => {
  for (const { place, object } of objectsIn(document)) {
    expect([
      place,
      Object.keys(object).filter(key => ['$schema', '$defs', 'definitions', 'nullable'].includes(key)),
    ]).toEqual([place, []]);
  }
});

describe.each(routes)('%s', (id, route) => {
  const operation = operationOf(id);
  const parameters = operation.parameters as Json[];
  const named = (where: string) =>
    parameters.filter(parameter => parameter.in === where).map(({ name }) => name);

  test('has the parameters of its path, all required', () => {
    expect(named('path')).toEqual(paramNames(route.path));
    expect(parameters.filter(({ in: where }) => where === 'path').every(({ required }) => required)).toBe(
      true,
    );
  });

  test('has a problem for everything that goes wrong', () => {
    expect(operation.responses).toMatchObject({ default: { $ref: '#/components/responses/Problem' } });
  });

  test('asks for a token unless it is a probe', () => {
    expect(operation.security).toEqual(route.kind === 'probe' ? [] : undefined);
    expect(document.security).toEqual([{ token: [] }]);
  });

  test('has a description of what it answers', () => {
    const success = Object.entries(operation.responses as Json).filter(([status]) => status.startsWith('2'));
    expect(success.length).toBeGreaterThan(0);
    for (const [, answer] of success)
      expect(answer).toMatchObject({ description: expect.any(String), content: expect.any(Object) });
  });
});

const effects = routes.flatMap(([id, route]): [string, EffectRoute][] =>
  route.kind === 'effect' ? [[id, route]] : [],
);

test.each(effects)('%s asks for an Idempotency-Key, and for a closed body', (id, route) => {
  const operation = operationOf(id);
  expect(operation.parameters).toContainEqual(
    expect.objectContaining({ in: 'header', name: 'Idempotency-Key', required: true }),
  );
  expect(operation.responses).toHaveProperty([`${route.status}`]);
  expect(operation.requestBody).toMatchObject({
    content: { 'application/json': { schema: { type: 'object', additionalProperties: false } } },
  });
});
