import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../client/kube-object.js';
import { newHookSecret } from './build-config-triggers.js';
import { readTriggers, writeTriggers } from './image-triggers.js';
import type { Triggers } from './triggers.types.js';

const tag = (name: string, namespace?: string) => ({ kind: 'ImageStreamTag', name, ...(namespace && { namespace }) });
const config = (triggers: object[]): KubeObject => ({
  kind: 'BuildConfig',
  metadata: { name: 'nest', namespace: 'birds' },
  spec: { strategy: { type: 'Source', sourceStrategy: { from: tag('base:1') } }, triggers },
});
const strategys = { auto: false, from: 'base:1', namespace: '', names: [] };
const none: Triggers = { config: false, images: [], webHooks: [] };
const triggersOf = ({ spec }: KubeObject) => (spec as { triggers: object[] }).triggers;

describe('triggers of a build config', () => {
  it('list the image of the strategy, set or not', () => {
    expect(readTriggers(config([]))).toEqual({ ...none, images: [strategys] });
    const set = config([
      { type: 'ImageChange', imageChange: {} },
      { type: 'ImageChange', imageChange: { from: tag('tools:2', 'shared') } },
    ]);
    expect(readTriggers(set)?.images).toEqual([
      { ...strategys, auto: true },
      { auto: true, from: 'tools:2', namespace: 'shared', names: [] },
    ]);
  });

  it('write the image of the strategy without naming it, and none that is not automatic', () => {
    const tools = { auto: false, from: 'tools:2', namespace: 'shared', names: [] };
    const before = config([{ type: 'ImageChange', imageChange: { from: tag('tools:2', 'shared') } }]);
    const written = writeTriggers(before, { ...none, images: [{ ...strategys, auto: true }, tools] });
    expect(triggersOf(written)).toEqual([{ type: 'ImageChange', imageChange: {} }]);
  });

  it('keep what is there as it is', () => {
    const kept = { type: 'ImageChange', imageChange: { lastTriggeredImageID: 'quay.test/base@sha256:1' } };
    const before = config([kept, { type: 'GitHub', github: { secret: 'known' } }]);
    const written = writeTriggers(before, { ...(readTriggers(before) as Triggers), config: true });
    expect(triggersOf(written)).toEqual([
      kept,
      { type: 'GitHub', github: { secret: 'known' } },
      { type: 'ConfigChange' },
    ]);
  });

  it('are called from outside with a secret', () => {
    const hook = { secret: newHookSecret(), allowEnv: true };
    const written = writeTriggers(config([]), { ...none, webHooks: [{ type: 'Generic', hook }] });
    expect(triggersOf(written)).toEqual([{ type: 'Generic', generic: hook }]);
    expect(readTriggers(written)?.webHooks).toEqual([{ type: 'Generic', hook }]);
    expect(hook.secret).toMatch(/^[\w-]{20}$/);
  });
});
