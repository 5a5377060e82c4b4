import { describe, expect, it } from '@jest/globals';
import { InvalidFieldPath, parseFieldPath } from './field-path.js';
import { NoSuchContainer, patchOf, planUpdate } from './plan-update.js';
import type { ObjectState } from './triggered-object.js';

const BASE = 'spec.template.spec';

describe('a field path', () => {
  it.each([
    ['spec.template.spec.containers[2].image', { by: 'index', list: 'containers', index: 2 }],
    ['spec.template.spec.initContainers[0].image', { by: 'index', list: 'initContainers', index: 0 }],
    ['spec.template.spec.containers[?(@.name=="web")].image', { by: 'name', name: 'web' }],
    [`spec.template.spec.containers[?(@.name=='web')].image`, { by: 'name', name: 'web' }],
    [`spec.template.spec.containers[?(@.name='web')].image`, { by: 'name', name: 'web' }],
    ['spec.jobTemplate.spec.template.spec.containers[0].image', undefined],
  ])('%s', (path, selector) => {
    expect(parseFieldPath(path, BASE)).toEqual(selector);
  });

  it.each([
    'spec.template.spec.containers[0].name',
    'spec.template.spec.containers[@name=="web"].image',
    'spec.template.spec.containers[?(@.name = "web")].image',
    'spec.template.spec.volumes[0].image',
    'spec.template.spec.containers[-1].image',
  ])('%s is refused', (path) => {
    expect(() => parseFieldPath(path, BASE)).toThrow(InvalidFieldPath);
  });
});

describe('the plan', () => {
  const state: ObjectState = {
    annotation: '',
    containers: [
      { list: 'initContainers', name: 'setup', image: 'old' },
      { list: 'containers', name: 'web', image: 'old' },
      { list: 'containers', name: 'side', image: 'new:1' },
    ],
  };
  const trigger = (selector: string, tag = '1', list = 'containers') => ({
    namespace: 'team',
    stream: 'parrot',
    tag,
    fieldPath: `${BASE}.${list}[${selector}].image`,
  });
  const images: Record<string, string> = { 1: 'new:1', 2: 'new:2' };
  const plan = (...triggers: ReturnType<typeof trigger>[]) =>
    planUpdate(state, triggers, BASE, ({ tag }) => images[tag]).map(({ list, container, image }) => [
      list,
      container,
      image,
    ]);

  it('changes what differs, and nothing where a tag points nowhere', () => {
    const nowhere = [trigger('0', 'gone', 'initContainers'), trigger('-', 'gone')];
    expect(plan(trigger('0'), trigger('1'), ...nowhere)).toEqual([['containers', 'web', 'new:1']]);
  });

  it('finds a name in both lists, the later entry last', () => {
    expect(plan(trigger('?(@.name=="setup")'), trigger('0'), trigger('?(@.name=="web")', '2'))).toEqual([
      ['initContainers', 'setup', 'new:1'],
      ['containers', 'web', 'new:2'],
    ]);
  });

  it('is none at all where one container is missing', () => {
    expect(() => plan(trigger('0'), trigger('7'))).toThrow(NoSuchContainer);
  });

  it('becomes the narrowest patch of that version', () => {
    const changes = planUpdate(state, [trigger('0')], BASE, () => 'new:1');
    expect(patchOf(changes, ['spec', 'template', 'spec'], '7')).toEqual({
      metadata: { resourceVersion: '7' },
      spec: { template: { spec: { containers: [{ name: 'web', image: 'new:1' }] } } },
    });
  });
});
