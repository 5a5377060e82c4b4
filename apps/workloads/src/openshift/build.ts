import { ageOf, nameColumn, textColumn } from '../kind/columns.js';
import { specOf, textAt, type WorkloadKind } from '../kind/workload-kind.js';
import { immutable } from '../kind/template-owner.js';
import { buildErrors, buildReferences, defaultBuildParts, sourceText, strategyType } from './build-strategy.js';

const NANOSECONDS = 1_000_000;

export const build: WorkloadKind = {
  group: 'build.openshift.io',
  kind: 'Build',
  plural: 'builds',
  singular: 'build',
  categories: ['all'],
  columns: [
    nameColumn,
    textColumn('Type', 'How it builds.', ({ spec }) => strategyType(spec)),
    textColumn('From', 'Where the source comes from.', ({ spec }) => sourceText(spec)),
    textColumn('Status', 'How far it is.', ({ status }) => textAt(status, 'phase')),
    textColumn('Started', 'How long ago it began.', ({ status }, now) => {
      const start = textAt(status, 'startTimestamp');
      return start === '' ? '' : `${ageOf(start, now)} ago`;
    }),
    textColumn('Duration', 'How long it took.', ({ status }) => {
      const duration = status?.['duration'];
      return typeof duration === 'number' ? `${Math.round(duration / NANOSECONDS / 1000)}s` : '';
    }),
  ],
  fields: {
    status: ({ status }) => textAt(status, 'phase'),
    podName: ({ metadata }) => metadata.annotations?.['openshift.io/build.pod-name'] ?? '',
  },
  references: ({ spec }) => buildReferences(spec),
  runsImages: true,
  default: (object) => defaultBuildParts(specOf(object)),
  newStatus: () => ({ phase: 'New', output: {} }),
  validate: (object, old) => [
    ...buildErrors(object.spec),
    ...immutable(object, old, 'source', 'strategy', 'output', 'serviceAccount'),
  ],
  statusIsWrittenWith: 'object',
  looksUp: 'when made',
};
