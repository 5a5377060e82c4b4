import type { KubeObject } from '../client/kube-object.js';
import { shortAge } from '../printers/durations.js';
import { readTriggers } from '../workloads/image-triggers.js';
import type { Triggers } from '../workloads/triggers.types.js';
import { containersOf } from '../workloads/pod-template.js';
import { changeText, outcomeText, tagOf, type TriggerRecord } from './trigger-record.js';

/**
 * For each container of an object, which trigger and which change of a tag made its image, or why none did. `records` are
 * those of the object, newest first.
 */
export function whyText(object: KubeObject, records: readonly TriggerRecord[], now: Date): string {
  const triggers = triggersOf(object);
  if (triggers instanceof Error) return `Its triggers cannot be read, so none of them fires: ${triggers.message}\n`;
  const containers = containersOf(object);
  const parts =
    containers.length > 0
      ? containers.map((container) => [
          `${container.name}: ${container.image?.trim() || 'no image'}`,
          ...aboutContainer(object, container, triggers, records, now),
        ])
      : byTag(records, now);
  if (parts.length === 0) return 'Nothing has happened to it because of a tag.\n';
  return `${parts.map(([title, ...lines]) => [title, ...lines.map((line) => `  ${line}`)].join('\n')).join('\n\n')}\n`;
}

function triggersOf(object: KubeObject): Triggers | Error {
  try {
    return readTriggers(object) ?? { config: false, images: [], webHooks: [] };
  } catch (error) {
    return error as Error;
  }
}

function aboutContainer(
  { metadata }: KubeObject,
  { name, image }: { name: string; image?: string },
  { images }: Triggers,
  records: readonly TriggerRecord[],
  now: Date,
): string[] {
  const lines: string[] = [];
  const trigger = images.find(({ names }) => names.includes(name));
  const made = records.find(
    ({ status }) => status.phase === 'Written' && status.images?.some(({ container }) => container === name),
  );
  const written = made?.status.images?.find(({ container }) => container === name);
  if (!trigger) lines.push('no trigger names this container');
  const tag = trigger && `${trigger.namespace || metadata?.namespace}/${trigger.from}`;
  if (trigger) lines.push(`follows ${tag}${trigger.auto ? '' : ', but the trigger is paused'}`);
  if (made && written) {
    const restored = made.status.restored ? `, set back ${made.status.restored} times since` : '';
    lines.push(
      `set ${shortAge(made.status.finished, now)} ago by ${changeText(made)}, was ${written.from.trim() || 'empty'}${restored}`,
    );
    if (written.to !== image) lines.push(`somebody has changed it since: the trigger had set ${written.to}`);
  }
  const newest = records.find((record) => tagOf(record) === tag);
  if (newest && newest !== made) lines.push(since(newest, now));
  if (trigger && !newest) lines.push('the tag has not been changed since the trigger is there');
  return lines;
}

/** For objects without containers: what each tag did. */
function byTag(records: readonly TriggerRecord[], now: Date): string[][] {
  const newest = new Map<string, TriggerRecord[]>();
  for (const record of records) newest.set(tagOf(record), [...(newest.get(tagOf(record)) ?? []), record]);
  return [...newest].map(([tag, [first, ...rest]]) => {
    const written =
      first?.status.phase === 'Written' ? undefined : rest.find(({ status }) => status.phase === 'Written');
    return [tag, ...[first, written].flatMap((record) => (record ? [since(record, now)] : []))];
  });
}

function since(record: TriggerRecord, now: Date): string {
  const { finished, started } = record.status;
  const at = finished ?? started ?? record.metadata?.creationTimestamp;
  return `${changeText(record)}, ${shortAge(at, now)} ago: ${outcomeText(record)}`;
}
