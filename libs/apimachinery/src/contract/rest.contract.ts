import { afterAll, beforeAll, describe } from '@jest/globals';
import { collectionContract } from './collection.contract.js';
import { objectLifeContract } from './object-life.contract.js';
import { RestClient, type RestSubject } from './rest-subject.contract.js';
import { watchContract } from './watch.contract.js';
import { writesContract } from './writes.contract.js';

/**
 * What every stored resource promises over HTTP, whoever serves it. `subject` is asked once the servers it needs run,
 * that is after the `beforeAll` of the file. What a resource promises beyond this is proved beside it.
 */
export function restContract(plural: string, subject: () => RestSubject): void {
  describe(`${plural} as a Kubernetes resource`, () => {
    let client: RestClient;
    beforeAll(() => {
      client = new RestClient(subject());
    });
    afterAll(() => client.cleanUp());

    objectLifeContract(() => client);
    writesContract(() => client);
    collectionContract(() => client);
    watchContract(() => client);
  });
}
