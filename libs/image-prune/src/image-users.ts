import { ImageUsage, isTooYoung, type PruneRun, pullSpecProblem } from '@faktorz/domain';
import { type PodSpec, podSpecOf } from './pod-spec.js';
import type { ApiObject } from './prune-api.js';

/** A pull spec that can't be read, and whose it is. */
export interface BadReference {
  kind: string;
  namespace: string;
  name: string;
  pullSpec: string;
  problem: string;
}

/** What the objects that pull images name, and what of it can't be read. */
export class ImageUsers {
  readonly usage = new ImageUsage();
  readonly bad: BadReference[] = [];

  constructor(private readonly run: PruneRun) {}

  /** Notes what an object of this kind pulls; list items carry no kind of their own. */
  add(kind: string, object: ApiObject): void {
    if (kind === 'Pod') {
      if (this.isFinished(object)) return;
      this.addPodSpec(kind, object, object['spec'] as PodSpec | undefined);
      return;
    }
    if (kind === 'BuildConfig' || kind === 'Build') {
      this.addBuild(kind, object);
      return;
    }
    this.addPodSpec(kind, object, podSpecOf(kind, object));
  }

  /** A pod that has ended needs its image only while it is young. */
  private isFinished(pod: ApiObject): boolean {
    const phase = (pod['status'] as { phase?: string } | undefined)?.phase ?? 'Pending';
    return phase !== 'Running' && phase !== 'Pending' && !isTooYoung(pod.metadata?.creationTimestamp, this.run);
  }

  private addPodSpec(kind: string, object: ApiObject, spec: PodSpec | undefined): void {
    for (const { image } of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
      this.addPullSpec(kind, object, image ?? '');
    }
  }

  private addBuild(kind: string, object: ApiObject): void {
    const from = strategySource(object);
    if (!from?.name) return;
    const namespace = from.namespace || (object.metadata?.namespace ?? '');
    if (from.kind === 'DockerImage') this.addPullSpec(kind, object, from.name);
    if (from.kind === 'ImageStreamTag') {
      const [stream = '', tag = 'latest'] = from.name.split(':');
      this.usage.addTag(namespace, stream, tag);
    }
    if (from.kind === 'ImageStreamImage') {
      const [stream = '', digest = ''] = from.name.split('@');
      this.usage.addDigest(namespace, stream, digest);
    }
  }

  private addPullSpec(kind: string, { metadata }: ApiObject, pullSpec: string): void {
    const problem = pullSpecProblem(pullSpec);
    if (problem === undefined) this.usage.addPullSpec(pullSpec);
    else this.bad.push({ kind, namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', pullSpec, problem });
  }
}

interface BuildSource {
  kind?: string;
  name?: string;
  namespace?: string;
}

function strategySource(object: ApiObject): BuildSource | undefined {
  const strategy = (object['spec'] as { strategy?: Record<string, unknown> } | undefined)?.strategy;
  for (const field of ['sourceStrategy', 'dockerStrategy', 'customStrategy']) {
    const from = (strategy?.[field] as { from?: BuildSource } | undefined)?.from;
    if (from) return from;
  }
  return undefined;
}
