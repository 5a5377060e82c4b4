import { startSystem, type TestSystem } from '@faktorz/testing';
import { discoverEndpoints, type Endpoint, pathOf } from './endpoints.js';
import { Guard } from './guard.js';
import { type JsonObject, Samples } from './samples.js';
import { Wire } from './wire.js';

const SERVICES = ['gateway', 'auth', 'tag-tracker', 'importer', 'trigger-dispatcher'];

/** A way to write an object, with the sample of what is written. */
export interface Write {
  method: string;
  path: string;
  sample: JsonObject;
  endpoint: Endpoint;
}

/** A system in which nothing happens by itself, so that whatever is stored was stored by a request; with samples of all kinds. */
export class Playground implements AsyncDisposable {
  readonly namespace = 'bad-input';
  readonly samples = new Samples();

  private constructor(
    readonly system: TestSystem,
    readonly wire: Wire,
    readonly guard: Guard,
    readonly endpoints: readonly Endpoint[],
  ) {}

  static async start(): Promise<Playground> {
    const system = await startSystem({
      env: {
        FAKTORZ_AUTH_PAUSED: 'true',
        FAKTORZ_IMPORTER_PAUSED: 'true',
        FAKTORZ_TRIGGER_DISPATCHER_PAUSED: 'true',
      },
    });
    const wire = new Wire(system);
    const ground = new Playground(system, wire, new Guard(system, wire), await discoverEndpoints(system));
    await system.request('/api/v1/namespaces', { method: 'POST', json: { metadata: { name: ground.namespace } } });
    return ground;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.wire[Symbol.asyncDispose]();
    await this.system.stop();
  }

  /** Path of the endpoint's collection, or of an object in it. */
  path(endpoint: Endpoint, name?: string): string {
    return pathOf(endpoint, this.namespace, name);
  }

  /** Path of the endpoint's sample. */
  pathOfSample(endpoint: Endpoint): string {
    return this.path(endpoint, this.samples.nameOf(endpoint));
  }

  /** Every way to write an object. */
  writes(): Write[] {
    return this.endpoints.flatMap((endpoint) =>
      this.writePlaces(endpoint).map((place) => ({ ...place, sample: this.samples.of(endpoint), endpoint })),
    );
  }

  /** Makes the samples that are not there, in the order of the corpus: later ones build on earlier ones. */
  async createSamples(): Promise<void> {
    this.guard.forget();
    for (const sample of this.samples.all()) {
      const endpoint = this.endpoints.find(
        ({ apiVersion, kind, subresource, verbs }) =>
          apiVersion === sample['apiVersion'] &&
          kind === sample['kind'] &&
          subresource === undefined &&
          verbs.includes('create'),
      );
      if (endpoint === undefined) continue;
      const response = await this.system.request(this.path(endpoint), { method: 'POST', json: sample });
      if (response.status !== 201 && response.status !== 409) {
        throw new Error(`the sample of ${endpoint.kind} is refused: ${response.status} ${await response.text()}`);
      }
    }
  }

  /** Numbers of the processes that run now: others than before, if one has died. */
  async processes(): Promise<string> {
    return JSON.stringify(await Promise.all(SERVICES.map((service) => this.system.pids(service))));
  }

  /** Where an object of this endpoint is written: a new one, or the sample. */
  private writePlaces(endpoint: Endpoint): { method: string; path: string }[] {
    const created = endpoint.subresource === undefined ? undefined : this.samples.nameOf(endpoint);
    return [
      ...(endpoint.verbs.includes('create') ? [{ method: 'POST', path: this.path(endpoint, created) }] : []),
      ...(endpoint.verbs.includes('update') ? [{ method: 'PUT', path: this.pathOfSample(endpoint) }] : []),
    ];
  }
}
