import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GARDEN_VERSION, gardenKind, gardenType } from '../../test/garden-schemas.js';
import { ApiError } from '../status/api-error.js';
import { decodeBody, type FieldValidation } from './decode-body.js';

const decode = (body: string | Buffer, contentType = 'application/json', fieldValidation: FieldValidation = 'Strict') =>
  decodeBody({ bytes: Buffer.from(body), contentType, kind: gardenKind, ...gardenType, fieldValidation });

const spec = (json: string) =>
  `{"apiVersion":"${GARDEN_VERSION}","kind":"Garden","metadata":{"name":"rose"},"spec":${json}}`;

function refusal(body: string | Buffer, contentType?: string, fieldValidation?: FieldValidation): ApiError {
  try {
    decode(body, contentType, fieldValidation);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const cannot = 'Garden in version "v1" cannot be handled as a Garden: ';

describe('decodeBody', () => {
  it('reads JSON and fills apiVersion, kind and metadata in', () => {
    expect(decode('{"spec":{"public":true}}')).toEqual({
      object: { apiVersion: GARDEN_VERSION, kind: 'Garden', metadata: {}, spec: { public: true } },
      warnings: [],
    });
  });

  it('reads YAML with anchors and merge keys, and JSON sent as YAML', () => {
    const yaml = 'base: &bed {watered: true}\nspec:\n  beds:\n  - {<<: *bed, name: south}\n';
    expect(decode(yaml, 'application/yaml', 'Ignore').object).toMatchObject({
      spec: { beds: [{ name: 'south', watered: true }] },
    });
    expect(decode('{"spec":{"size":3}}', 'application/yaml; charset=utf-8').object).toMatchObject({
      spec: { size: 3 },
    });
  });

  it.each([
    ['a flow of lists', `spec: ${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['a flow of maps', `spec: ${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['lists in a line', `spec:\n${'- '.repeat(10_000)}1`],
    ['maps in lines', Array.from({ length: 2_000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
    ['lists that nobody ends', `spec: ${'['.repeat(10_000)}`],
  ])('refuses YAML that is nested too deep before it is put together: %s', (_, yaml) => {
    const refused = refusal(yaml, 'application/yaml');
    expect(refused.reason).toBe('BadRequest');
    expect(refused.message).toContain('error converting YAML to JSON: exceeded max depth');
  });

  it('refuses NUL in any notation, unless it may stay', () => {
    const message = `${cannot}"metadata.annotations.note" must not contain the character NUL (U+0000)`;
    expect(refusal('{"metadata":{"annotations":{"note":"\\u0000"}}}')).toMatchObject({ reason: 'BadRequest', message });
    expect(refusal('metadata: {annotations: {note: "\\0"}}', 'application/yaml')).toMatchObject({ message });
    const bytes = Buffer.from('{"metadata":{"annotations":{"note":"\\u0000"}}}');
    const input = { bytes, contentType: '', kind: gardenKind, ...gardenType, fieldValidation: 'Strict' as const };
    expect(decodeBody({ ...input, keepsNul: true }).object.metadata.annotations).toEqual({ note: '\0' });
  });

  it('puts U+FFFD for half of a surrogate pair', () => {
    expect(decode('{"metadata":{"name":"a\\ud800b"}}').object.metadata.name).toBe('a\ufffdb');
  });

  it('leaves out nulls and what is not written when empty', () => {
    const body = spec(
      '{"public":false,"size":0,"paths":[],"openFrom":null,"beds":[{"name":"a","watered":false,"plants":null}]}',
    );
    expect(decode(body).object).toMatchObject({ spec: { public: false, beds: [{ name: 'a', plants: null }] } });
    expect((decode(body).object as unknown as { spec: object }).spec).not.toHaveProperty('size');
  });

  it('gives the object back as it was sent when asked to', () => {
    const bytes = Buffer.from(spec('{"beds":[{"name":"a","watered":false}]}'));
    const input = {
      bytes,
      contentType: '',
      kind: gardenKind,
      ...gardenType,
      fieldValidation: 'Ignore' as const,
      asSent: true,
    };
    expect(decodeBody(input).object).toMatchObject({ spec: { beds: [{ name: 'a', watered: false }] } });
    const unknown = Buffer.from(spec('{"pond":1}'));
    expect(() => decodeBody({ ...input, bytes: unknown })).toThrow(
      '(/rose; garden.example.org/v1, Kind=Garden): .spec.pond: field not declared in schema',
    );
  });

  it.each<[string, string, string]>([
    [
      'an object for a list',
      '{"beds":{}}',
      'json: cannot unmarshal object into Go struct field GardenSpec.spec.beds of type []v1.Bed',
    ],
    [
      'a text in a list of objects',
      '{"beds":["a"]}',
      'json: cannot unmarshal string into Go struct field GardenSpec.spec.beds of type v1.Bed',
    ],
    [
      'a number for a name',
      '{"beds":[{"name":1}]}',
      'json: cannot unmarshal number into Go struct field Bed.spec.beds.name of type string',
    ],
    [
      'a list for a map',
      '{"beds":[{"name":"a","plants":[]}]}',
      'json: cannot unmarshal array into Go struct field Bed.spec.beds.plants of type map[string]string',
    ],
    [
      'a boolean for a text in a map',
      '{"beds":[{"name":"a","plants":{"x":true}}]}',
      'json: cannot unmarshal bool into Go struct field Bed.spec.beds.plants of type string',
    ],
    [
      'a fraction',
      '{"size":1.5}',
      'json: cannot unmarshal number 1.5 into Go struct field GardenSpec.spec.size of type int32',
    ],
    [
      'a number out of range',
      '{"size":3000000000}',
      'json: cannot unmarshal number 3000000000 into Go struct field GardenSpec.spec.size of type int32',
    ],
    [
      'a text for a boolean',
      '{"public":"yes"}',
      'json: cannot unmarshal string into Go struct field GardenSpec.spec.public of type bool',
    ],
    ['no base64', '{"seal":"!"}', 'illegal base64 data at input byte 0'],
    [
      'no time',
      '{"openFrom":"today"}',
      'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"',
    ],
    [
      'half a time',
      '{"openFrom":"2026-01-02"}',
      'parsing time "2026-01-02" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
    ],
  ])('refuses %s', (_name, json, message) => {
    expect(refusal(spec(json))).toMatchObject({ reason: 'BadRequest', code: 400, message: cannot + message });
  });

  it('names unknown and duplicate fields', () => {
    const body = spec('{"pond":1,"size":1,"size":2,"beds":[{"name":"a","tree":{"x":1,"x":2}}]}');
    const problems = ['unknown field "spec.pond"', 'unknown field "spec.beds[0].tree"', 'duplicate field "spec.size"'];
    expect(refusal(body).message).toBe(`${cannot}strict decoding error: ${problems.join(', ')}`);
    const { object, warnings } = decode(body, 'application/json', 'Warn');
    expect(warnings).toEqual(problems);
    expect(object).toMatchObject({ spec: { size: 2, beds: [{ name: 'a' }] } });
    expect(decode(body, 'application/json', 'Ignore').warnings).toEqual([]);
  });

  it('finds duplicates in YAML too', () => {
    expect(refusal('spec:\n  size: 1\n  size: 2\n', 'application/yaml').message).toContain(
      'duplicate field "spec.size"',
    );
  });

  it.each<[string, string | Buffer, string]>([
    ['nothing', '', 'unexpected end of JSON input (<empty>)'],
    ['cut JSON', '{"spec":', 'unexpected end of JSON input ({"spec":)'],
    ['a stray comma', '{"a":1,}', 'invalid character \'}\' looking for beginning of object key string ({"a":1,})'],
    ['text after the object', '{} x', "invalid character 'x' after top-level value ({} x)"],
    ['a bad escape', '{"a":"\\x"}', 'invalid character \'x\' in string escape code ({"a":"\\x"})'],
    ['a list', '[]', 'json: cannot unmarshal array into Go value of type v1.Garden (5b5d)'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'the body is not valid UTF-8'],
    ['nesting without end', '['.repeat(100_000), 'exceeded max depth'],
  ])('refuses %s', (_name, body, message) => {
    const error = refusal(body);
    expect(error).toMatchObject({ reason: 'BadRequest', code: 400 });
    expect(error.message).toContain('the object provided is unrecognized (must be of type Garden)');
    expect(error.message).toContain(message);
  });

  it.each<[string, string, string]>([
    [
      'another kind',
      '{"kind":"Pod"}',
      'Pod in version "v1" cannot be handled as a Garden: converting (v1.Pod) to (v1.Garden): unknown conversion',
    ],
    [
      'another version',
      '{"apiVersion":"v2"}',
      'the API version in the data (v2) does not match the expected API version (garden.example.org/v1)',
    ],
  ])('refuses %s', (_name, body, message) => {
    expect(refusal(body)).toMatchObject({ code: 400, message });
  });

  it('refuses YAML that unfolds without end', () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 9; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(',')}]`,
      );
    expect(refusal(lines.join('\n'), 'application/yaml').message).toContain('excessive aliasing');
  });

  it('answers 415 for other content types, and for protobuf of a kind without messages', () => {
    expect(refusal('{}', 'text/html')).toMatchObject({ code: 415 });
    expect(refusal('k8s\0', 'application/vnd.kubernetes.protobuf')).toMatchObject({ code: 415 });
  });

  it('lets no key reach a prototype', () => {
    const { object } = decode(
      spec('{"notes":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}'),
    );
    const { notes } = (object as unknown as { spec: { notes: object } }).spec;
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(notes)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(notes)).toBe(Object.prototype);
  });

  it('throws nothing but ApiError, whatever the bytes', () => {
    const types = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
    const secret = { group: '', version: 'v1', kind: 'Secret' };
    const start = fc.constantFrom('', '{', '{"spec":', 'spec:\n  ', 'k8s\0');
    fc.assert(
      fc.property(
        start,
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(...types),
        fc.boolean(),
        (head, tail, contentType, builtIn) => {
          const bytes = Buffer.concat([Buffer.from(head), tail]);
          try {
            decodeBody({
              bytes,
              contentType,
              kind: builtIn ? secret : gardenKind,
              ...gardenType,
              fieldValidation: 'Strict',
            });
          } catch (error) {
            expect(error).toBeInstanceOf(ApiError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = JSON.stringify({ spec: { notes: { value } } });
        const { object } = decode(body);
        expect((object as unknown as { spec: { notes: object } }).spec.notes).toEqual(
          (JSON.parse(body) as { spec: { notes: object } }).spec.notes,
        );
      }),
    );
  });
});
