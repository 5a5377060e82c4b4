import type { ImageStream } from './image-stream.js';

/** The integrated registry's host names, as operators configured them. */
export interface RegistryHosts {
  /** `host[:port]` inside; empty when there is no integrated registry. */
  internal?: string;
  /** `host[:port]` for clients outside. */
  public?: string;
}

/** Fills in where a stream can be pulled from; computed on every read and never stored. */
export class RepositoryNames {
  constructor(readonly hosts: RegistryHosts) {}

  /** Where the stream's images can be pulled from inside. */
  internal(namespace: string, name: string, repository: string | null | undefined): string {
    return this.hosts.internal ? `${this.hosts.internal}/${namespace}/${name}` : (repository ?? '');
  }

  decorate(stream: ImageStream): void {
    const { namespace = '', name } = stream.metadata;
    stream.status.dockerImageRepository = this.internal(namespace, name, stream.spec.dockerImageRepository);
    if (this.hosts.public) stream.status.publicDockerImageRepository = `${this.hosts.public}/${namespace}/${name}`;
    else delete stream.status.publicDockerImageRepository;
  }
}
