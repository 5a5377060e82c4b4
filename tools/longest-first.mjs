// Begins with the test files that take longest, so that the last worker does not go on alone with one of them. A fresh
// clone has no times of earlier runs, and Jest would go by size.
import TestSequencer from '@jest/test-sequencer';

const LONGEST = [
  'e2e/faults-short.e2e-spec.ts',
  'e2e/clusters.e2e-spec.ts',
  'e2e/rest.e2e-spec.ts',
  'e2e/private-registries.e2e-spec.ts',
  'e2e/cli.e2e-spec.ts',
  'apps/trigger-dispatcher/test/replicas.int-spec.ts',
  'apps/launcher/test/launch.int-spec.ts',
  'apps/trigger-dispatcher/test/cluster-watch.int-spec.ts',
  'apps/trigger-dispatcher/test/ledger.int-spec.ts',
];

/** Its place in the list; after it for a file that is not in it. */
const placeOf = ({ path }) => LONGEST.findIndex((end) => path.endsWith(end)) + 1 || LONGEST.length + 1;

export default class LongestFirst extends TestSequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
