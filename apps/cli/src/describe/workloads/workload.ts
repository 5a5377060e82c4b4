import type { KubeObject } from '../../client/kube-object.js';
import { alignTabs, GENERIC_DESCRIBE_TABS } from '../../printers/tab-writer.js';
import { readTriggers } from '../../workloads/image-triggers.js';
import { podTemplateOf } from '../../workloads/pod-template.js';
import { headLines } from '../head-lines.js';
import { podTemplateLines } from './pod-template.js';
import type { DescribedTemplate } from './pod-spec.types.js';
import { ownLines, type Workload } from './own-lines.js';

/** A workload of Kubernetes in words: what its kind says of itself, what updates its images, its pods, its state. */
export function describeWorkload(object: KubeObject, events: string): string {
  const template =
    object.kind === 'Pod' ? '' : podTemplateLines(podTemplateOf(object) as DescribedTemplate | undefined);
  const text = [
    headLines(object.metadata ?? {}),
    ownLines(object as Workload),
    imageTriggerLines(object),
    template,
    conditionLines(object as Workload),
    events,
  ].join('');
  return alignTabs(text, GENERIC_DESCRIBE_TABS);
}

/** The tags a workload follows, and the containers that get their images. An annotation that cannot be read says so. */
export function imageTriggerLines(object: KubeObject): string {
  const images = imageTriggersOf(object);
  if (images === undefined) return 'Image Triggers:\t<unreadable>\n';
  if (images.length === 0) return '';
  const lines = images.map(({ from, namespace, names, auto }) => {
    const tag = `${namespace ? `${namespace}/` : ''}${from}`;
    return `  ${names.join(', ')}\tfrom ${tag}${auto ? '' : ' (paused)'}\n`;
  });
  return `Image Triggers:\n${lines.join('')}`;
}

function imageTriggersOf(object: KubeObject) {
  try {
    return readTriggers(object)?.images ?? [];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function conditionLines({ kind, status }: Workload): string {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return '';
  // Only deployments and their like say why; a pod's conditions are told by their names alone.
  const rows = conditions.map(
    ({ type, status: is, reason = '' }) => `  ${type}\t${is}${kind === 'Pod' ? '' : `\t${reason}`} \n`,
  );
  const header = kind === 'Pod' ? '  Type\tStatus\n' : '  Type\tStatus\tReason\n  ----\t------\t------\n';
  return `Conditions:\n${header}${rows.join('')}`;
}
