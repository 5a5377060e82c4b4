import { labelLines, annotationLines } from '../head-lines.js';
import type { ContainerSpec, DescribedTemplate, EnvVar, PodSpec, Probe, Volume } from './pod-spec.types.js';

/** A pod template in words, as kubectl lays it out. */
export function podTemplateLines(template: DescribedTemplate | undefined): string {
  if (!template) return 'Pod Template:\t<unset>\n';
  const { metadata = {}, spec = {} } = template;
  const head = [
    labelLines(metadata.labels),
    Object.keys(metadata.annotations ?? {}).length > 0 ? annotationLines(metadata.annotations) : '',
    spec.serviceAccountName ? `Service Account:\t${spec.serviceAccountName}\n` : '',
  ].join('');
  return `Pod Template:\n${indented(head + containerLines(spec) + volumeLines(spec) + placementLines(spec))}`;
}

/** The containers of a pod, those that run first at the top. `states` are lines on how each of them fares. */
export function containerLines(spec: PodSpec, states: ReadonlyMap<string, string> = new Map()): string {
  return [
    containerList('Init Containers', spec.initContainers ?? [], states),
    containerList('Containers', spec.containers ?? [], states),
  ].join('');
}

export function volumeLines({ volumes }: PodSpec): string {
  if (!volumes || volumes.length === 0) return 'Volumes:\t<none>\n';
  return `Volumes:\n${volumes.map((volume) => ` ${volume.name}:\n${indented(volumeText(volume), '  ')}`).join('')}`;
}

export function placementLines({ nodeSelector, tolerations }: PodSpec): string {
  const nodes = Object.entries(nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`);
  const tolerated = (tolerations ?? []).map(({ key = '', operator, value, effect }) => {
    const text = operator === 'Exists' || !value ? key : `${key}=${value}`;
    return `${text}${effect ? `:${effect}` : ''}${operator === 'Exists' ? ' op=Exists' : ''}`;
  });
  return list('Node-Selectors', nodes.sort()) + list('Tolerations', tolerated);
}

export function indented(text: string, by = '  '): string {
  return text.replace(/^(?=.)/gm, by);
}

function list(title: string, values: readonly string[]): string {
  return `${title}:\t${values.length > 0 ? values.join('\n\t') : '<none>'}\n`;
}

function containerList(
  title: string,
  containers: readonly ContainerSpec[],
  states: ReadonlyMap<string, string>,
): string {
  if (containers.length === 0) return '';
  const texts = containers.map(
    (container) => ` ${container.name}:\n${indented(containerText(container, states.get(container.name) ?? ''), '  ')}`,
  );
  return `${title}:\n${texts.join('')}`;
}

function containerText(container: ContainerSpec, state: string): string {
  const { image, ports = [], command, args, resources, env, envFrom, volumeMounts } = container;
  const port = ports.map(({ containerPort, protocol = 'TCP' }) => `${containerPort}/${protocol}`).join(', ');
  const hostPort = ports.map(({ hostPort: host = 0, protocol = 'TCP' }) => `${host}/${protocol}`).join(', ');
  const plural = ports.length > 1 ? 's' : '';
  return [
    `Image:\t${image ?? ''}\n`,
    `Port${plural}:\t${port || '<none>'}\n`,
    `Host Port${plural}:\t${hostPort || '<none>'}\n`,
    below('Command', command),
    below('Args', args),
    state,
    below('Limits', amounts(resources?.limits)),
    below('Requests', amounts(resources?.requests)),
    probeLine('Liveness', container.livenessProbe),
    probeLine('Readiness', container.readinessProbe),
    probeLine('Startup', container.startupProbe),
    below('Environment Variables from', envFrom?.map(sourceText)),
    below('Environment', env?.map(variableText)) || 'Environment:\t<none>\n',
    below(
      'Mounts',
      volumeMounts?.map(({ name, mountPath, readOnly }) => `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'})`),
    ) || 'Mounts:\t<none>\n',
  ].join('');
}

function below(title: string, lines: readonly string[] | null | undefined): string {
  if (!lines || lines.length === 0) return '';
  return `${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function amounts(resources: Record<string, string | number> | undefined): string[] {
  return Object.entries(resources ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `${name}:\t${amount}`);
}

function variableText({ name, value = '', valueFrom }: EnvVar): string {
  if (!valueFrom) return `${name}:\t${value}`;
  const { secretKeyRef: secret, configMapKeyRef: map, fieldRef, resourceFieldRef: resource } = valueFrom;
  const key = secret ?? map;
  if (key) {
    const optional = key.optional === true ? 'true' : 'false';
    return `${name}:\t<set to the key '${key.key}' ${secret ? 'in secret' : 'of config map'} '${key.name}'>\tOptional: ${optional}`;
  }
  if (fieldRef) return `${name}:\t (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`;
  return `${name}:\t${resource ? `${resource.containerName ?? ''} (${resource.resource})` : ''}`;
}

function sourceText({ prefix, secretRef, configMapRef }: NonNullable<ContainerSpec['envFrom']>[number]): string {
  const source = secretRef ?? configMapRef;
  const from = `${source?.name ?? ''}\t${secretRef ? 'Secret' : 'ConfigMap'}`;
  return `${from}${prefix ? ` with prefix '${prefix}'` : ''}\tOptional: ${source?.optional === true}`;
}

function probeLine(title: string, probe: Probe | undefined): string {
  if (!probe) return '';
  const { httpGet, tcpSocket, exec } = probe;
  const what = httpGet
    ? `http-get ${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${httpGet.host ?? ''}:${httpGet.port}${httpGet.path ?? '/'}`
    : tcpSocket
      ? `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`
      : `exec [${(exec?.command ?? []).join(' ')}]`;
  const { initialDelaySeconds = 0, timeoutSeconds = 1, periodSeconds = 10 } = probe;
  const counts = `#success=${probe.successThreshold ?? 1} #failure=${probe.failureThreshold ?? 3}`;
  return `${title}:\t${what} delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s ${counts}\n`;
}

function volumeText({ name: _name, ...source }: Volume): string {
  const [kind = '', about] = Object.entries(source)[0] ?? [];
  const type = kind.charAt(0).toUpperCase() + kind.slice(1);
  const scalars = Object.entries((about ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value !== null && typeof value !== 'object',
  );
  const lines = scalars.map(([key, value]) => `${key.charAt(0).toUpperCase()}${key.slice(1)}:\t${String(value)}\n`);
  return `Type:\t${type}\n${lines.join('')}`;
}
