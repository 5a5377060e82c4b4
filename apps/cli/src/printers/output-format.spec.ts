import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseFlags } from '../flags/parse-flags.js';
import { OUTPUT_FLAGS } from '../resources/selection-flags.js';
import { readOutputFormat } from './output-format.js';
import { ObjectPrinter } from './print-object.js';

const formatOf = (...argv: string[]) => readOutputFormat(parseFlags(argv, OUTPUT_FLAGS).flags, true);
const STREAM = {
  kind: 'ImageStream',
  metadata: { name: 'ruby', labels: { no: 'a"b' } },
  spec: { tags: [{ name: '2' }], counts: [1] },
};
const print = (...argv: string[]) => new ObjectPrinter(formatOf(...argv)).print(STREAM, { singular: 'is', group: '' });

describe('output formats', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'faktorz-format-')), 'template');

  it.each([
    [['-o', 'go-template={{.kind}}'], 'ImageStream'],
    [['-o', 'template={{.kind}}'], 'ImageStream'],
    [['--template={{.metadata.name}}'], 'ruby'],
    [['-o', 'go-template', '--template', '{{.kind}}'], 'ImageStream'],
    [['-o', 'jsonpath={.metadata.name}'], 'ruby'],
    [['-o', 'jsonpath-as-json={.metadata.name}'], '[\n    "ruby"\n]\n'],
    [
      ['-o', 'kyaml'],
      '---\n{\n  kind: "ImageStream",\n  metadata: {\n    labels: {\n      "no": "a\\"b",\n    },\n    name: "ruby",\n  },\n  spec: {\n    counts: [\n      1,\n    ],\n    tags: [{\n      name: "2",\n    }],\n  },\n}\n',
    ],
  ])('%j', (argv, text) => {
    expect(print(...argv)).toBe(text);
  });

  it.each([
    ['go-template-file', '{{.kind}}\n', 'ImageStream\n'],
    ['jsonpath-file', '{.kind}\n', 'ImageStream\n'],
    ['custom-columns-file', 'WHAT NAME\n.kind .metadata.name\n', 'WHAT          NAME\nImageStream   ruby\n'],
  ])('%s reads its file', (kind, content, text) => {
    writeFileSync(file, content);
    expect(print('-o', `${kind}=${file}`)).toBe(text);
  });

  it.each([
    [
      ['-o', 'custom-columns-file=/no/such'],
      'error reading template /no/such, open /no/such: no such file or directory',
    ],
    [['-o', 'jsonpath-file=/no/such'], 'error reading --template /no/such, open /no/such: no such file or directory'],
    [['-o', 'go-template-file=/'], 'error reading --template /, read /: is a directory'],
    [['-o', 'jsonpath={.a'], 'error parsing jsonpath {.a, unclosed action'],
    [['-o', 'go-template={{.a'], 'error parsing template {{.a, template: output:1: unclosed action'],
    [['-o', 'go-template'], 'template format specified but no template given'],
    [['-o', 'custom-columns='], 'custom-columns format specified but no custom columns given'],
    [
      ['-o', 'xml'],
      'unable to match a printer suitable for the output format "xml", allowed formats are: custom-columns,',
    ],
  ])('refuses %j', (argv, message) => {
    expect(() => formatOf(...argv)).toThrow(message);
  });

  it('tells which field a strict template missed', () => {
    expect(() => print('-o', 'go-template={{.x}}', '--allow-missing-template-keys=false')).toThrow(
      'error executing template "{{.x}}": template: output:1: executing "output" at <.x>: map has no entry for key "x"',
    );
  });
});
