import type { ApiClient } from '../client/api-client.js';
import type { KubeObject } from '../client/kube-object.js';
import { EVENTS } from '../client/known-resources.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import { shortAge } from '../printers/durations.js';

interface EventObject extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  source?: { component?: string };
  reportingComponent?: string;
}

/** What happened to an object, as the last lines of its description. */
export async function describeEvents(client: ApiClient, object: KubeObject, now: Date): Promise<string> {
  return eventLines(await readEvents(client, object), now);
}

async function readEvents(client: ApiClient, object: KubeObject): Promise<EventObject[] | undefined> {
  const { name = '', namespace, uid = '' } = object.metadata ?? {};
  const about = [
    `involvedObject.kind=${object.kind ?? ''}`,
    `involvedObject.uid=${uid}`,
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace ?? ''}`,
  ];
  try {
    const list = await client.get(
      resourcePath(EVENTS, namespace),
      { fieldSelector: about.join(','), limit: '500' },
      JSON_TYPE,
    );
    return (list.items ?? []) as EventObject[];
  } catch {
    // Servers without events, or without the right to read them, still have the object to show.
    return undefined;
  }
}

function eventLines(events: readonly EventObject[] | undefined, now: Date): string {
  if (!events || events.length === 0) return 'Events:\t<none>\n';
  const rows = events.map((event) => {
    const seen = event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp;
    const from = event.source?.component || event.reportingComponent || '';
    const age =
      (event.count ?? 1) > 1
        ? `${shortAge(seen, now)} (x${event.count} over ${shortAge(event.firstTimestamp, now)})`
        : shortAge(seen, now);
    return `  ${event.type ?? ''}\t${event.reason ?? ''}\t${age}\t${from}\t${(event.message ?? '').trim()}\n`;
  });
  return ['Events:\n', '  Type\tReason\tAge\tFrom\tMessage\n', '  ----\t------\t----\t----\t-------\n', ...rows].join(
    '',
  );
}
