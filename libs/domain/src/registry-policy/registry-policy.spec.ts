import { describe, expect, it } from '@jest/globals';
import { exactReference } from '../reference/derive-reference.js';
import { parseImageReference } from '../reference/parse-image-reference.js';
import { allowListRefusal, importRefusal } from './allow-list.js';
import { isBlocked, isInsecureRegistry, pullSources } from './mirrors.js';

const entries = [
  { domainName: 'docker.io' },
  { domainName: '*.lab.org' },
  { domainName: 'old:5000' },
  { domainName: 'plain.org', insecure: true },
];

describe('the allow-list', () => {
  it.each([
    ['x/y', false, true],
    ['index.docker.io/x/y', false, true],
    ['a.lab.org/x/y', false, true],
    ['a.lab.org:8443/x/y', false, false],
    ['lab.org/x/y', false, false],
    ['old:5000/x/y', false, true],
    ['old.org/x/y', false, false],
    ['plain.org/x/y', false, false],
    ['plain.org/x/y', true, true],
    ['a.lab.org/x/y', true, true],
    ['own:5000/x/y', false, true],
  ])('%s (insecure: %p) is allowed: %p', (text, insecure, allowed) => {
    const refusal = allowListRefusal(parseImageReference(text), insecure, { entries, internalRegistry: 'own:5000' });
    expect(refusal === undefined).toBe(allowed);
  });

  it('allows everything when it is empty', () => {
    expect(allowListRefusal(parseImageReference('any.io/x/y'), false, { entries: [] })).toBeUndefined();
  });

  it('says what would be allowed, five entries at most', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((domainName) => ({ domainName }));
    expect(importRefusal(parseImageReference('any.io/x/y'), false, { entries: many })).toBe(
      'importing images from registry "any.io:443" is forbidden: registry "any.io:443" not allowed by whitelist: "a:443", "b:443", "c:443", "d:443", "e:443", and 2 more ...',
    );
  });
});

describe('mirrors', () => {
  const policy = {
    tagMirrors: [
      { source: 'quay.io', mirrors: ['near.org/quay'] },
      { source: 'quay.io/team', mirrors: ['a.org/team', 'b.org/all'], neverContactSource: true },
      { source: 'docker.io/library', mirrors: ['hub.org/library'] },
    ],
    blockedRegistries: ['quay.io', 'bad.io'],
    insecureRegistries: ['lab:5000'],
  };
  const sources = (text: string) => pullSources(parseImageReference(text), policy).map(exactReference);

  it.each([
    ['the longest source counts', 'quay.io/team/app:1', ['a.org/team/app:1', 'b.org/all/app:1']],
    ['the source comes last', 'quay.io/x/app:1', ['near.org/quay/x/app:1', 'quay.io/x/app:1']],
    ['whole components only', 'quay.io/teamwork/app:1', ['near.org/quay/teamwork/app:1', 'quay.io/teamwork/app:1']],
    ['docker hub by its short form', 'ruby:1', ['hub.org/library/ruby:1', 'ruby:1']],
    ['other rules for digests', `quay.io/x/app@sha256:${'a'.repeat(64)}`, [`quay.io/x/app@sha256:${'a'.repeat(64)}`]],
  ])('%s', (_name, text, expected) => expect(sources(text)).toEqual(expected));

  it('lift a ban', () => {
    const blocked = (text: string) => isBlocked(parseImageReference(text), policy);
    expect([blocked('quay.io/x/y:1'), blocked('bad.io/x/y:1'), blocked('good.io/x/y')]).toEqual([false, true, false]);
  });

  it('know insecure registries by their exact host', () => {
    const insecure = (text: string) => isInsecureRegistry(parseImageReference(text), policy);
    expect([insecure('lab:5000/x/y'), insecure('lab:5001/x/y')]).toEqual([true, false]);
  });
});
