import type { KubeMetadata } from '../client/kube-object.js';
import { agoText } from '../printers/durations.js';
import type { LabelledLines } from './labelled-lines.js';

/** Name, project, age, labels and annotations, as every describer begins. */
export function describeMetadata(lines: LabelledLines, metadata: KubeMetadata, now: Date): void {
  lines.add('Name', metadata.name);
  if (metadata.namespace) lines.add('Namespace', metadata.namespace);
  if (metadata.creationTimestamp) lines.add('Created', agoText(metadata.creationTimestamp, now));
  lines.addMap('Labels', metadata.labels);
  describeAnnotations(lines, metadata);
}

/** The annotation `description` has a line of its own. */
export function describeAnnotations(lines: LabelledLines, metadata: KubeMetadata): void {
  const { description, ...annotations } = metadata.annotations ?? {};
  if (description) lines.add('Description', description);
  lines.addMap('Annotations', annotations);
}
