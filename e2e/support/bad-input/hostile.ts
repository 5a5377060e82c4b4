import fc from 'fast-check';
import type { Json, JsonObject } from './samples.js';

/** What JSON cannot carry as a value, by the name that stands for it in an object until the body is written. */
const RAW: Readonly<Record<string, string>> = {
  deepList: '['.repeat(10_000) + ']'.repeat(10_000),
  deepObject: '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
  justDeepEnough: '['.repeat(450) + ']'.repeat(450),
  twice: '{"a":1,"a":2,"name":"x","name":"y"}',
  infinite: '1e999',
  tiny: '1e-999',
  minusZero: '-0',
  manyDigits: '9'.repeat(400),
  beyondInt64: '9223372036854775808',
  invalidUtf8: '"\xff\xfe\xc0\x80"',
  overlong: '"\xe0\x80\xaf"',
  cutUtf8: '"\xf0\x9f\x98"',
  surrogateBytes: '"\xed\xa0\x80"',
  controlCharacter: '"\x01\n"',
  nul: '"a\\u0000b"',
  loneHigh: '"\\ud800"',
  loneLow: '"\\udc00x"',
  swapped: '"\\udc00\\ud800"',
  badEscape: '"\\x41"',
  notANumber: 'NaN',
  leadingZero: '007',
  comment: '/* */ 1',
  dangling: '{"a":1,}',
  unclosed: '"abc',
};
const raw = (name: string): string => `<raw:${name}>`;

const TEXTS = [
  '', ' ', '.', '..', '/', 'a/b', 'a:b', 'a@b', ':', '@', '~', '%', '%00', '%2e%2e', 'A', 'No Good', '-a', 'a-', 'a..b',
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'null', 'undefined', 'true', '0',
  '-1', '1e9', 'sample', 'sample:latest', 'sample@sha256', `sha256:${'0'.repeat(64)}`, 'sha256:xyz', 'x'.repeat(63), 'x'.repeat(64),
  'x'.repeat(254), 'x'.repeat(5000), '\u0000', 'a\u0000b', '\ud800', '\udfff', '\u202e', '\ufeff', 'é', '💥', '\r\n', "'; DROP TABLE x; --", '$(id)',
  '${jndi:ldap://127.0.0.1:1/}', '../../etc/passwd', 'http://', 'http://[::1', 'file:///etc/passwd', 'javascript:1', '127.0.0.1:1/a',
  '127.0.0.1:99999/a', 'UPPER/Case', '9223372036854775807', '9223372036854775808', '18446744073709551616', '2026-13-45T99:99:99Z', 'Infinity', 'NaN',
]; // prettier-ignore

/** Texts that break naive code, and random ones. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
);

/** Percent-encoded; half a surrogate pair cannot be. */
export function encoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'));
}

const NUMBERS = [0, -1, 1, 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, -(2 ** 53), 2 ** 63, 1e21, 1e308, -1e308, 5e-324];

const prototypes: fc.Arbitrary<Json> = fc.constantFrom(
  JSON.parse('{"__proto__":{"polluted":true}}') as Json,
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}') as Json,
  JSON.parse('{"toString":"x","valueOf":1,"hasOwnProperty":null}') as Json,
);

/** Values no field expects: of the wrong type, out of range, or poison. */
export const hostileValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(RAW).map(raw)) },
  { weight: 2, arbitrary: fc.constantFrom<Json>(...NUMBERS) },
  { weight: 2, arbitrary: fc.constantFrom<Json>(null, true, false, [], {}, [null], [[]], [{}], { '': '' }, ['', '']) },
  { weight: 1, arbitrary: prototypes },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json> },
);

type Step = string | number;

/** How one field of an object is broken; `at` chooses the field among all there are. */
interface Break {
  at: number;
  how: 'replace' | 'remove' | 'add' | 'rename' | 'repeat';
  value: Json;
  key: string;
}

const breaks: fc.Arbitrary<Break> = fc.record({
  at: fc.nat(10_000),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'rename', 'repeat'),
  value: hostileValue,
  key: hostileText,
});

/** A good object with one field broken, sometimes two. */
export function broken(sample: JsonObject): fc.Arbitrary<JsonObject> {
  return fc.array(breaks, { minLength: 1, maxLength: 2 }).map((list) => {
    const object = structuredClone(sample);
    // The second break may be inside the first one's value, which other objects are given too.
    for (const each of list) breakField(object, { ...each, value: structuredClone(each.value) });
    return object;
  });
}

/** The object's bytes, with what stands for the impossible put in. */
export function bytesOf(value: Json): Buffer {
  const text = Buffer.from(JSON.stringify(value)).toString('latin1');
  return Buffer.from(
    text.replace(/"<raw:(\w+)>"/g, (whole, name: string) => RAW[name] ?? whole),
    'latin1',
  );
}

/** Copies of an object, each lacking another field. */
export function withoutEach(sample: JsonObject): JsonObject[] {
  return pathsOf(sample, []).map((_path, at) => {
    const object = structuredClone(sample);
    breakField(object, { at, how: 'remove', value: null, key: '' });
    return object;
  });
}

function breakField(object: JsonObject, { at, how, value, key }: Break): void {
  const paths = pathsOf(object, []);
  const path = paths[at % paths.length];
  if (path === undefined) return;
  const parent = path.slice(0, -1).reduce<Json>((inside, step) => (inside as JsonObject)[step]!, object);
  const last = path.at(-1)!;
  const old = (parent as JsonObject)[last]!;
  if (Array.isArray(parent)) {
    if (how === 'remove') parent.splice(Number(last), 1);
    else if (how === 'repeat' || how === 'add') parent.push(how === 'repeat' ? old : value);
    else parent[Number(last)] = value;
    return;
  }
  const members = parent as JsonObject;
  if (how === 'remove' || how === 'rename') delete members[last];
  if (how === 'replace' || how === 'repeat') put(members, String(last), value);
  if (how === 'add') put(members, key, value);
  if (how === 'rename') put(members, key, old);
}

function put(members: JsonObject, key: string, value: Json): void {
  Object.defineProperty(members, key, { value, enumerable: true, configurable: true, writable: true });
}

function pathsOf(value: Json, path: Step[]): Step[][] {
  if (typeof value !== 'object' || value === null) return [];
  const steps: Step[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return steps.flatMap((step) => [[...path, step], ...pathsOf((value as JsonObject)[step]!, [...path, step])]);
}
