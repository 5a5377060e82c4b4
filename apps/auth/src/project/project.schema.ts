import { coreSchemas, fieldOf, type SchemaLibrary } from '@faktorz/apimachinery';
import { computed, kindSchemas, object, part, text, texts } from '../schema/schema-words.js';

const NAME = 'com.github.openshift.api.project.v1';
export const PROJECT_SCHEMA = `${NAME}.Project`;
export const PROJECT_REQUEST_SCHEMA = `${NAME}.ProjectRequest`;
const CONDITION = 'io.k8s.api.core.v1.NamespaceCondition';

export const projectSchemas: SchemaLibrary = {
  ...kindSchemas({
    name: PROJECT_SCHEMA,
    group: 'project.openshift.io',
    kind: 'Project',
    description: 'A namespace with a display name, a description and the user who asked for it, kept as annotations.',
    properties: {
      spec: part(`${NAME}.ProjectSpec`, 'What has to happen before the project is gone.'),
      status: computed(part(`${NAME}.ProjectStatus`, 'Whether the project is in use or going.')),
    },
  }),
  [`${NAME}.ProjectSpec`]: object('The behaviour of a project.', {
    finalizers: texts('Who must finish before the project can be removed from storage.'),
  }),
  [`${NAME}.ProjectStatus`]: object('The current state of a project.', {
    phase: text('Active, or Terminating while its content is being removed.'),
    conditions: fieldOf.mergedBy('type', fieldOf.listOf(CONDITION, 'What is known about the removal of its content.')),
  }),
  [CONDITION]: coreSchemas[CONDITION]!,
  ...kindSchemas({
    name: PROJECT_REQUEST_SCHEMA,
    group: 'project.openshift.io',
    kind: 'ProjectRequest',
    description: 'Asks for a new project, of which the asking user becomes administrator.',
    properties: {
      displayName: text('Name of the project for people.'),
      description: text('What the project is for.'),
    },
  }),
};
