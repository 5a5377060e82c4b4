import { describe, expect, it } from '@jest/globals';
import { findByPath, renderJsonPath } from './jsonpath.js';
import { parseTemplate } from './jsonpath-parse.js';

const LIST = {
  kind: 'List',
  items: [
    { metadata: { name: 'ruby', labels: { 'app.example.net/part': 'web' } }, tags: ['2.0', '2.5'], size: 5 },
    { metadata: { name: 'python' }, tags: ['3'], size: 50 },
  ],
};

describe('kubectl JSONPath', () => {
  it.each([
    ['{.items[*].metadata.name}', 'ruby python'],
    ['{.items[0].tags}', '["2.0","2.5"]'],
    ['{.items[-1].metadata.name}', 'python'],
    ['{.items[0].tags[0:1]}', '2.0'],
    ["{.items[0].metadata.labels['app\\.example\\.net/part']}", 'web'],
    ["{.items[0].metadata.labels['app.example.net/part']}", 'web'],
    ['{.items[0].metadata.labels.app\\.example\\.net/part}', 'web'],
    ['{.items[?(@.size>10)].metadata.name}', 'python'],
    ['{.items[?(@.metadata.name=="ruby")].size}', '5'],
    ['{.items[?(@.metadata.labels)].metadata.name}', 'ruby'],
    ['{..name}', 'ruby python'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.size}{"\\n"}{end}', 'ruby\t5\npython\t50\n'],
    ["{range .items[*]}{.metadata.name}{'\\n'}{end}", 'ruby\npython\n'],
    ['kind: {.kind}', 'kind: List'],
    ['{$.kind} {@.kind}', 'List List'],
    ['{.nothing.here}', ''],
    ["{.items[0]['tags','size']}", '["2.0","2.5"] 5'],
  ])('%s', (template, text) => {
    expect(renderJsonPath(parseTemplate(template), LIST)).toBe(text);
  });

  it.each(['.metadata.name', 'metadata.name', '{.metadata.name}', '$.metadata.name'])(
    'finds by the bare path %s',
    (path) => {
      expect(findByPath(path, LIST.items[0])).toEqual(['ruby']);
    },
  );

  it.each([
    ['{.a', 'unclosed action'],
    ['{range .items[*]}x', 'unterminated range, missing end'],
    ['{end}', 'not in range, nothing to end'],
    ['{.a[}', 'unterminated array'],
  ])('refuses %s', (template, message) => {
    expect(() => renderJsonPath(parseTemplate(template), LIST)).toThrow(message);
  });
});

describe('kubectl JSONPath that passes nothing over', () => {
  const strictly = (template: string) => renderJsonPath(parseTemplate(template), LIST, { strict: true });

  it.each([
    ['{.nothing.here}', 'nothing is not found'],
    ['{.items[*].nothing}', 'nothing is not found'],
    ['{..nothing}', 'nothing is not found'],
    ['{.items[7].size}', 'array index out of bounds: index 7'],
    ['{range .items[*]}{.metadata.labels}{end}', 'labels is not found'],
  ])('%s fails: %s', (template, problem) => {
    expect(() => strictly(template)).toThrow(problem);
  });

  it.each([
    ['{.items[*].metadata.labels}', '{"app.example.net/part":"web"}'],
    ['{.items[?(@.size>99)].metadata.name}', ''],
    ['{.items[?(@.nothing)].metadata.name}', ''],
  ])('%s prints %j', (template, text) => {
    expect(strictly(template)).toBe(text);
  });
});
