import { describe, expect, it } from '@jest/globals';
import { tagName } from '../../trigger/named-tags.js';
import type { ImageTrigger } from '../../trigger/trigger-annotation.js';
import { buildConfigNotation as notation } from './build-config.notation.js';

const tag = (name: string, namespace?: string) => ({ kind: 'ImageStreamTag', name, ...(namespace && { namespace }) });
const imageChange = (more: object = {}) => ({ type: 'ImageChange', imageChange: more });
const config = (triggers: object[], status: object = {}, annotations: Record<string, string> = {}) => ({
  kind: 'BuildConfig',
  apiVersion: 'build.openshift.io/v1',
  metadata: { name: 'nest', namespace: 'birds', annotations },
  spec: { strategy: { type: 'Source', sourceStrategy: { from: tag('base:1') } }, triggers },
  status,
});
function look(object: ReturnType<typeof config>, images: Record<string, string>) {
  const state = notation.stateOf(object);
  if (!state) throw new Error('there are no triggers');
  const triggers = notation.triggersOf(state, 'birds');
  const firing = triggers.filter(({ isPaused }) => !isPaused);
  const changes = notation.plan(state, firing, (one: ImageTrigger) => images[tagName(one)]);
  return { triggers, changes, request: () => notation.requestFor(changes, { name: 'nest', version: '7', state }) };
}

describe('image change triggers of a build config', () => {
  it.each([
    ['of other types', [{ type: 'ConfigChange' }, { type: 'GitHub' }]],
    ['of what is no tag', [imageChange({ from: { kind: 'DockerImage', name: 'a:1' } })]],
  ])('are none where they are %s', (_what, triggers) => {
    expect(notation.stateOf(config(triggers))).toBeUndefined();
  });

  it('watch the image of the strategy, or one of their own', () => {
    const { triggers } = look(
      config([imageChange(), imageChange({ from: tag('tools:2', 'shared'), paused: true })]),
      {},
    );
    expect(triggers).toEqual([
      { namespace: 'birds', stream: 'base', tag: '1', fieldPath: 'spec.triggers[0].imageChange' },
      { namespace: 'shared', stream: 'tools', tag: '2', fieldPath: 'spec.triggers[1].imageChange', isPaused: true },
    ]);
  });

  it('are all paused with their config', () => {
    const paused = config([imageChange()], {}, { 'openshift.io/build-config.paused': 'True' });
    expect(look(paused, { 'birds/base:1': 'new' }).changes).toEqual([]);
  });

  it('ask for one build of all images that are new, counted from the last build', () => {
    const status = { lastVersion: 3, imageChangeTriggers: [{ from: { name: 'base:1' }, lastTriggeredImageID: 'old' }] };
    const object = config([imageChange(), imageChange({ from: tag('tools:2') })], status);
    const { changes, request } = look(object, { 'birds/base:1': 'new', 'birds/tools:2': 'tool' });
    expect(changes.map(({ previous, image }) => [previous, image])).toEqual([
      ['old', 'new'],
      ['', 'tool'],
    ]);
    expect(request()).toMatchObject({
      method: 'POST',
      subresource: 'instantiate',
      body: {
        kind: 'BuildRequest',
        metadata: { name: 'nest' },
        lastVersion: 3,
        triggeredByImage: { kind: 'DockerImage', name: 'new' },
        from: tag('base:1'),
        triggeredBy: [
          { message: 'Image change', imageChangeBuild: { imageID: 'new', fromRef: tag('base:1') } },
          { message: 'Image change', imageChangeBuild: { imageID: 'tool', fromRef: tag('tools:2') } },
        ],
      },
    });
  });

  it.each([
    [
      'in the status',
      [imageChange()],
      { imageChangeTriggers: [{ from: { namespace: 'birds', name: 'base:1' }, lastTriggeredImageID: 'new' }] },
    ],
    ['beside the trigger', [imageChange({ lastTriggeredImageID: 'new' })], {}],
  ])('have nothing built that is noted %s', (_where, triggers, status) => {
    expect(look(config(triggers, status), { 'birds/base:1': 'new' }).changes).toEqual([]);
  });

  it('are asked for again while another image of the build is missing', () => {
    const error = new Error('Error resolving ImageStreamTag tools:2 in namespace birds: it points at no image');
    expect(notation.isPassing?.(error)).toBe(true);
    expect(notation.isPassing?.(new Error('Cannot specify Docker build specific options'))).toBe(false);
    expect(notation.reportOf?.(error, { namespace: 'birds', name: 'nest' })).toEqual({
      reason: 'BuildConfigTriggerFailed',
      message: `error triggering Build for BuildConfig birds/nest: ${error.message}`,
    });
  });

  it.each([
    ['the LastVersion(4) on build config birds/nest does not match the build request LastVersion(3)', true],
    ['Internal error occurred: build config birds/nest has already instantiated a build for imageid new', true],
    ['Error resolving ImageStreamTag base:1 in namespace birds', false],
  ])('refused with "%s" are to be looked at again: %s', (message, again) => {
    expect(notation.isOvertaken?.(new Error(message))).toBe(again);
  });
});
