import { RegistryConnection } from './registry-connection.js';
import { RepositoryClient } from './repository-client.js';
import { RepositoryWriter } from './repository-writer.js';

/** One registry and its repositories, for as long as one import takes. */
export class RegistryClient extends RegistryConnection {
  /** A repository by its full path in the registry: `library/ruby`. */
  repository(name: string): RepositoryClient {
    return new RepositoryClient(this, name);
  }

  /** The same repository for writing. */
  writer(name: string): RepositoryWriter {
    return new RepositoryWriter(this, name);
  }
}
