import { describe, expect, it } from '@jest/globals';
import { DecodingError } from '../decoding-error.js';
import { readProtobufObject } from './envelope.js';

const core = (kind: string) => ({ group: '', version: 'v1', kind });
const bytes = (base64: string) => Buffer.from(base64, 'base64');

/** Length-delimited field. */
const field = (number: number, content: Buffer | string): Buffer => {
  const data = Buffer.from(content);
  return Buffer.concat([Buffer.from([(number << 3) | 2, data.length]), data]);
};
const number = (id: number, value: number): Buffer => Buffer.from([id << 3, value]);
const envelope = (apiVersion: string, kind: string, ...message: Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    field(1, Buffer.concat([field(1, apiVersion), field(2, kind)])),
    field(2, Buffer.concat(message)),
    field(3, ''),
    field(4, ''),
  ]);
const metadata = (name: string) =>
  field(1, Buffer.concat([field(1, name), field(2, ''), field(3, ''), number(7, 0), field(8, '')]));

describe('readProtobufObject', () => {
  it('reads a secret with its bytes as base64', () => {
    const entry = Buffer.concat([field(1, 'token'), field(2, Buffer.from([0, 255]))]);
    const body = envelope('v1', 'Secret', metadata('pull'), field(2, entry), field(3, 'Opaque'));
    expect(readProtobufObject(body, core('Secret'))).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pull' },
      data: { token: 'AP8=' },
      type: 'Opaque',
    });
  });

  it('reads times, lists of strings in maps and nested messages', () => {
    const extra = Buffer.concat([field(1, 'scopes'), field(2, Buffer.concat([field(1, 'a'), field(1, 'b')]))]);
    const user = Buffer.concat([field(1, 'eve'), field(2, ''), field(3, 'devs'), field(4, extra)]);
    const body = envelope('authentication.k8s.io/v1', 'SelfSubjectReview', field(1, ''), field(2, field(1, user)));
    expect(
      readProtobufObject(body, { group: 'authentication.k8s.io', version: 'v1', kind: 'SelfSubjectReview' }),
    ).toEqual({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
      metadata: {},
      status: { userInfo: { username: 'eve', groups: ['devs'], extra: { scopes: ['a', 'b'] } } },
    });
  });

  it('puts embedded structs into their parents and keeps zeros that were set', () => {
    const key = Buffer.concat([field(1, field(1, 'settings')), field(2, 'mode')]);
    const env = Buffer.concat([field(1, 'MODE'), field(2, ''), field(3, field(3, key))]);
    const container = Buffer.concat([field(1, 'web'), field(2, 'ruby:2.0'), field(7, env)]);
    const template = Buffer.concat([field(1, ''), field(2, field(2, container))]);
    const rolling = field(2, field(1, Buffer.concat([number(1, 1), number(2, 0), field(3, '25%')])));
    const spec = Buffer.concat([
      number(1, 0),
      field(3, template),
      field(4, Buffer.concat([field(1, ''), rolling])),
      number(5, 0),
    ]);
    const body = envelope('apps/v1', 'Deployment', metadata('web'), field(2, spec));
    expect(readProtobufObject(body, { group: 'apps', version: 'v1', kind: 'Deployment' })).toMatchObject({
      spec: {
        replicas: 0,
        strategy: { rollingUpdate: { maxUnavailable: '25%' } },
        template: {
          spec: {
            containers: [
              {
                name: 'web',
                image: 'ruby:2.0',
                env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } }],
              },
            ],
          },
        },
      },
    });
  });

  it('names the kind of an envelope that holds another', () => {
    expect(readProtobufObject(envelope('v1', 'ConfigMap', metadata('x')), core('Secret'))).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
    });
  });

  it('knows no messages of kinds outside Kubernetes', () => {
    const kind = { group: 'image.openshift.io', version: 'v1', kind: 'ImageStream' };
    expect(readProtobufObject(envelope('image.openshift.io/v1', 'ImageStream'), kind)).toBeUndefined();
  });

  it.each([
    ['no magic', bytes('AAAA')],
    ['a cut message', envelope('v1', 'Secret', metadata('pull')).subarray(0, 20)],
    ['a wrong wire type', Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x0f])])],
  ])('refuses %s', (_name, body) => {
    expect(() => readProtobufObject(body, core('Secret'))).toThrow(DecodingError);
  });
});
