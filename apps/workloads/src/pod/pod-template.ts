import { containerColumns, nameColumn, textColumn } from '../kind/columns.js';
import { labelsText } from '../kind/label-selector.js';
import type { WorkloadKind } from '../kind/workload-kind.js';
import { defaultPodSpec } from './pod-defaults.js';
import { templateErrors } from './pod-validation.js';

export const podTemplate: WorkloadKind = {
  group: '',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  columns: [
    nameColumn,
    ...containerColumns(({ template }) => template, 0),
    textColumn(
      'Pod Labels',
      'Labels of the pods.',
      ({ template }) => labelsText(template?.metadata?.labels) || '<none>',
    ),
  ],
  template: ({ template }) => template,
  default(object) {
    object.template ??= {};
    object.template.metadata ??= {};
    object.template.spec ??= {};
    defaultPodSpec(object.template.spec);
  },
  validate: ({ template }) => templateErrors(template, 'template', {}),
  // What is made of it is looked up.
  looksUp: 'never',
};
