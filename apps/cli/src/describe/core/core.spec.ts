import { describe, expect, it } from '@jest/globals';
import { describeConfigMap } from './config-map.js';
import { describeSecret } from './secret.js';
import { describeServiceAccount } from './service-account.js';

const PASSWORD = Buffer.from('open sesame').toString('base64');
const EVENTS = 'Events:\t<none>\n';

describe('objects of the core group in words', () => {
  it('a secret shows how long its values are, never the values', () => {
    const text = describeSecret({
      metadata: {
        name: 'door',
        namespace: 'store',
        labels: { app: 'demo' },
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"password":"${PASSWORD}"}}`,
          note: 'kept',
        },
      },
      type: 'Opaque',
      data: { password: PASSWORD, empty: '' },
    });
    expect(text).toBe(
      [
        'Name:         door',
        'Namespace:    store',
        'Labels:       app=demo',
        'Annotations:  note: kept',
        '',
        'Type:  Opaque',
        '',
        'Data',
        '====',
        'empty:     0 bytes',
        'password:  11 bytes',
        '',
      ].join('\n'),
    );
  });

  it('the token of a service account is a value like any other', () => {
    const text = describeSecret({ type: 'kubernetes.io/service-account-token', data: { token: PASSWORD } });
    expect(text).toContain('token:  11 bytes');
    expect(text).not.toContain('sesame');
  });

  it('a config map shows texts and counts bytes', () => {
    const map = { metadata: { name: 'c' }, data: { 'b.txt': 'two\nlines', a: '1' }, binaryData: { blob: PASSWORD } };
    expect(describeConfigMap(map, EVENTS)).toContain(
      'Data\n====\na:\n----\n1\n\nb.txt:\n----\ntwo\nlines\n\n\nBinaryData\n====\nblob: 11 bytes\n\nEvents:  <none>\n',
    );
  });

  it('a service account names its secrets and those that are missing', () => {
    const account = { metadata: { name: 'robot' }, imagePullSecrets: [{ name: 'pull' }], secrets: [{ name: 'gone' }] };
    const secrets = [
      { metadata: { name: 'pull' }, type: 'kubernetes.io/dockercfg' },
      {
        metadata: { name: 'robot-token', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
        type: 'kubernetes.io/service-account-token',
      },
    ];
    const text = describeServiceAccount(account, secrets, EVENTS);
    expect(text).toContain('Image pull secrets:  pull\n');
    expect(text).toContain('Mountable secrets:   gone (not found)\n');
    expect(text).toContain('Tokens:              robot-token\n');
  });
});
