import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ApiError } from '../status/api-error.js';
import { decodeDeleteOptions } from './delete-options.js';

const decode = (json: object | string, contentType = 'application/json') =>
  decodeDeleteOptions(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)), contentType);

describe('decodeDeleteOptions', () => {
  it('reads an empty body and an empty object as no options', () => {
    expect(decode('')).toEqual({});
    expect(decode('{}')).toEqual({});
  });

  it('reads the options of any group', () => {
    const options = {
      kind: 'DeleteOptions',
      apiVersion: 'garden.example.org/v1',
      gracePeriodSeconds: 0,
      propagationPolicy: 'Background',
      preconditions: { uid: 'u', resourceVersion: '7' },
      dryRun: ['All'],
    };
    const { kind: _, apiVersion: __, ...expected } = options;
    expect(decode(options)).toEqual(expected);
  });

  it('reads protobuf', () => {
    const typeMeta = Buffer.from('\x0a\x02v1\x12\x0dDeleteOptions');
    const body = Buffer.concat([
      Buffer.from('k8s\0'),
      Buffer.from([0x0a, typeMeta.length]),
      typeMeta,
      Buffer.from('\x12\x0c\x22\x0aForeground'),
    ]);
    expect(decodeDeleteOptions(body, 'application/vnd.kubernetes.protobuf')).toEqual({
      propagationPolicy: 'Foreground',
    });
  });

  it('takes orphanDependents for a policy', () => {
    expect(decode({ orphanDependents: true })).toEqual({ propagationPolicy: 'Orphan' });
    expect(decode({ orphanDependents: false })).toEqual({ propagationPolicy: 'Background' });
  });

  it.each<[string, object | string, number]>([
    ['another kind', { kind: 'Secret' }, 400],
    ['a list', '[]', 400],
    ['cut JSON', '{', 400],
    ['a text for a number', { gracePeriodSeconds: '1' }, 400],
    ['an unknown policy', { propagationPolicy: 'Later' }, 422],
    ['two policies', { propagationPolicy: 'Orphan', orphanDependents: true }, 422],
    ['an unknown dry run', { dryRun: ['Some'] }, 422],
  ])('refuses %s', (_name, body, code) => {
    expect(() => decode(body)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    [
      { propagationPolicy: 'Later' },
      'Unsupported value: "Later": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
    [
      { propagationPolicy: 'Orphan', orphanDependents: true },
      'Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
    ],
  ])('says of %j what Kubernetes says', (body, said) => {
    expect(() => decode(body)).toThrow(`DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: ${said}`);
  });

  it('throws nothing but ApiError, whatever the bytes', () => {
    const types = fc.constantFrom(
      'application/json',
      'application/yaml',
      'application/vnd.kubernetes.protobuf',
      'text/plain',
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), types, (bytes, contentType) => {
        try {
          decodeDeleteOptions(Buffer.from(bytes), contentType);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      }),
    );
  });
});
