import type { KubeObject } from '../client/kube-object.js';
import { LabelledLines } from './labelled-lines.js';
import { describeMetadata, withoutManifest } from './metadata.js';

interface Limited extends KubeObject {
  spec?: { hard?: Record<string, string>; limits?: { type?: string; max?: Record<string, string> }[] };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

interface Project extends KubeObject {
  status?: { phase?: string };
}

/** A project in words; quotas and limit ranges are those who may read them get to see. */
export function describeProject(
  { metadata = {}, status }: Project,
  quotas: readonly KubeObject[] | undefined,
  limitRanges: readonly KubeObject[] | undefined,
  now: Date,
): string {
  const annotations = metadata.annotations ?? {};
  const lines = new LabelledLines();
  describeMetadata(lines, withoutManifest(metadata), now);
  lines.add('Display Name', annotations['openshift.io/display-name']);
  lines.add('Description', annotations['openshift.io/description']);
  lines.add('Status', status?.phase);
  lines.add('Node Selector', annotations['openshift.io/node-selector']);
  lines.add('Quota', (quotas ?? []).map((quota) => quotaText(quota)).join('\n'));
  lines.add('Resource limits', (limitRanges ?? []).map((range) => limitText(range)).join('\n'));
  return lines.toString();
}

function quotaText({ metadata, spec, status }: Limited): string {
  const rows = Object.entries(status?.hard ?? spec?.hard ?? {}).map(([name, hard]) => {
    const used = status?.used?.[name];
    return `  ${name}: ${used === undefined ? '' : `${used} of `}${hard}`;
  });
  return [metadata?.name ?? '', ...rows.sort()].join('\n');
}

function limitText({ metadata, spec }: Limited): string {
  const rows = (spec?.limits ?? []).map(({ type = '', max = {} }) => {
    const most = Object.entries(max).map(([name, amount]) => `${name}=${amount}`);
    return `  ${type}: max ${most.join(', ') || '<none>'}`;
  });
  return [metadata?.name ?? '', ...rows].join('\n');
}
