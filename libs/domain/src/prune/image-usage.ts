import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';

/** Tags and digests of streams that pods, workloads and builds name. */
export class ImageUsage {
  private readonly tags = new Set<string>();
  private readonly digests = new Set<string>();

  /**
   * Notes what a pull spec names. Only `host/namespace/name` can mean a stream, and whichever host it says counts as
   * ours: the registry may have many names (contract: prune, §3). Throws `InvalidImageReference`.
   */
  addPullSpec(pullSpec: string): void {
    if (pullSpec.trim() === '') return;
    const { registry, namespace, name, tag, id } = parseImageReference(pullSpec);
    if (registry === '' || namespace === '' || name === '' || name.includes('/')) return;
    if (id) this.addDigest(namespace, name, id);
    else this.addTag(namespace, name, tag || 'latest');
  }

  addTag(namespace: string, stream: string, tag: string): void {
    this.tags.add(`${namespace}/${stream}:${tag}`);
  }

  addDigest(namespace: string, stream: string, digest: string): void {
    this.digests.add(`${namespace}/${stream}@${digest}`);
  }

  usesTag(namespace: string, stream: string, tag: string): boolean {
    return this.tags.has(`${namespace}/${stream}:${tag}`);
  }

  usesDigest(namespace: string, stream: string, digest: string): boolean {
    return this.digests.has(`${namespace}/${stream}@${digest}`);
  }
}

/** What is wrong with a pull spec; undefined when it can be read. */
export function pullSpecProblem(pullSpec: string): string | undefined {
  try {
    if (pullSpec.trim() !== '') parseImageReference(pullSpec);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidImageReference) return error.message;
    throw error;
  }
}
