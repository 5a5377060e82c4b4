import { describe, expect, it } from '@jest/globals';
import { annotationLines, labelLines } from './head-lines.js';

describe('labels and annotations of a description', () => {
  it('stand one to a line, sorted', () => {
    expect(labelLines({ b: '2', a: '1' })).toBe('Labels:\ta=1\n\tb=2\n');
    expect(labelLines(undefined)).toBe('Labels:\t<none>\n');
  });

  it('leave out the manifest that apply remembers', () => {
    expect(annotationLines({ 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{}}' })).toBe(
      'Annotations:\t<none>\n',
    );
  });

  it('put long and many-lined values below their key', () => {
    expect(annotationLines({ a: 'one\ntwo\n' })).toBe('Annotations:\ta:\n\t  one\n\t  two\n');
    expect(annotationLines({ a: 'x'.repeat(150) })).toBe(`Annotations:\ta:\n\t  ${'x'.repeat(138)}...\n`);
  });
});
