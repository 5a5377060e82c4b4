import { expect, it } from '@jest/globals';
import type { KubeObject } from '../kube-object.js';
import type { ObjectChange } from '../storage.js';
import { watchEventOf } from './watch-transition.js';

const labelled = (app: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', resourceVersion: '1', labels: { app } },
});
const isX = ({ metadata }: KubeObject) => metadata.labels?.['app'] === 'x';
const change = (type: ObjectChange<KubeObject>['type'], app: string, before?: string): ObjectChange<KubeObject> => ({
  type,
  position: 7n,
  object: labelled(app),
  ...(before === undefined ? {} : { previous: labelled(before) }),
});

it.each([
  ['a new object that matches', change('ADDED', 'x'), 'ADDED', 'x'],
  ['a new object that does not', change('ADDED', 'y'), undefined, undefined],
  ['a change within the selection', change('MODIFIED', 'x', 'x'), 'MODIFIED', 'x'],
  ['a change into the selection', change('MODIFIED', 'x', 'y'), 'ADDED', 'x'],
  ['a change out of the selection', change('MODIFIED', 'y', 'x'), 'DELETED', 'x'],
  ['a change outside the selection', change('MODIFIED', 'y', 'z'), undefined, undefined],
  ['the end of an object that matches', change('DELETED', 'x'), 'DELETED', 'x'],
  ['the end of an object that does not', change('DELETED', 'y'), undefined, undefined],
])('%s', (_what, given, type, app) => {
  const event = watchEventOf(given, isX);
  expect(event?.type).toBe(type);
  expect(event?.object.metadata.labels?.['app']).toBe(app);
});

it('gives an object that left the selection the version at which it left', () => {
  expect(watchEventOf(change('MODIFIED', 'y', 'x'), isX)?.object.metadata.resourceVersion).toBe('7');
});
