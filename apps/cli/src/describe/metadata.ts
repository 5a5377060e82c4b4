import type { KubeMetadata } from '../client/kube-object.js';
import { agoText } from '../printers/durations.js';
import { LAST_APPLIED } from '../patch/last-applied.js';
import type { LabelledLines } from './labelled-lines.js';

/** Name, project, age, labels and annotations, as every describer begins. */
export function describeMetadata(lines: LabelledLines, metadata: KubeMetadata, now: Date): void {
  lines.add('Name', metadata.name);
  if (metadata.namespace) lines.add('Namespace', metadata.namespace);
  if (metadata.creationTimestamp) lines.add('Created', agoText(metadata.creationTimestamp, now));
  lines.addMap('Labels', metadata.labels);
  describeAnnotations(lines, metadata);
}

/** Metadata without the manifest that `apply` remembers: it repeats the whole object, secrets of web hooks included. */
export function withoutManifest({ annotations, ...metadata }: KubeMetadata): KubeMetadata {
  const { [LAST_APPLIED]: _manifest, ...shown } = annotations ?? {};
  return { ...metadata, annotations: shown };
}

/** The annotation `description` has a line of its own. */
export function describeAnnotations(lines: LabelledLines, metadata: KubeMetadata): void {
  const { description, ...annotations } = metadata.annotations ?? {};
  if (description) lines.add('Description', description);
  lines.addMap('Annotations', annotations);
}
