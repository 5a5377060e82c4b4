import { describe, expect, it } from '@jest/globals';
import { renderGoTemplate } from './evaluate.js';
import { parseGoTemplate } from './parser.js';

const SHOP = {
  kind: 'Shop',
  metadata: { name: 'corner', generation: 3, labels: { 'example.net/part': 'web' } },
  spec: {
    open: true,
    shelves: [
      { name: 'a', size: 5 },
      { name: 'b', size: 50, note: null },
    ],
    empty: [],
  },
  password: 'aGk=',
};
const render = (template: string, strict = false) => renderGoTemplate(parseGoTemplate(template), SHOP, { strict });

describe('Go templates', () => {
  it.each([
    ['plain text', 'plain text'],
    ['{{.kind}} {{ .metadata.name }}', 'Shop corner'],
    ['{{.nothing}}{{.nothing.deeper}}', '<no value><no value>'],
    ['{{.metadata}}', 'map[generation:3 labels:map[example.net/part:web] name:corner]'],
    ['{{.spec.shelves}}', '[map[name:a size:5] map[name:b note:<nil> size:50]]'],
    ['{{range .spec.shelves}}{{.name}}{{"\\n"}}{{end}}', 'a\nb\n'],
    ['{{range $i, $shelf := .spec.shelves}}{{$i}}={{$shelf.size}};{{end}}', '0=5;1=50;'],
    ['{{range $key, $value := .metadata}}{{$key}},{{end}}', 'generation,labels,name,'],
    ['{{range .spec.empty}}x{{else}}none{{end}}', 'none'],
    ['{{range .nothing}}x{{end}}ok', 'ok'],
    ['{{range .spec.shelves}}{{if eq .name "b"}}{{break}}{{end}}{{.name}}{{end}}', 'a'],
    ['{{range .spec.shelves}}{{if eq .name "a"}}{{continue}}{{end}}{{.name}}{{end}}', 'b'],
    ['{{range .spec.shelves}}{{$.kind}}{{end}}', 'ShopShop'],
    ['{{with .metadata}}{{.name}}{{end}}{{with .nothing}}x{{else}}no{{end}}', 'cornerno'],
    ['{{with $x := .metadata.name}}{{$x}}{{$.kind}}{{end}}', 'cornerShop'],
    ['{{if .nothing}}a{{else if .spec.open}}b{{else}}c{{end}}', 'b'],
    ['{{if and .kind (not .nothing)}}y{{end}}{{or "" "d"}}{{and 1 0}}', 'yd0'],
    ['{{$x := 1}}{{$x = 2}}{{$x}}', '2'],
    ['{{$n := 0}}{{range .spec.shelves}}{{$n = .size}}{{end}}{{$n}}', '50'],
    ['{{index .spec.shelves 0 "name"}}{{(index .spec.shelves 1).size}}', 'a50'],
    ['{{index .metadata.labels "example.net/part"}} {{index .metadata "x"}}', 'web <no value>'],
    ['{{len .spec.shelves}} {{len "häß"}} {{.metadata | len}}', '2 5 3'],
    ['{{.kind | printf "%s-%s" "x"}}', 'x-Shop'],
    [
      '{{printf "%5s|%-5s|%05d|%.2f|%x|%q|%t|%%" "ab" "cd" 42 3.14159 "hi" "q\\"t" true}}',
      '   ab|cd   |00042|3.14|6869|"q\\"t"|true|%',
    ],
    ['{{printf "%v %T %d" .spec.open .kind .metadata.generation}}', 'true string 3'],
    [
      '{{printf "%s %d" "a"}}|{{printf "%s" "a" "b"}}|{{printf "%d" "x"}}',
      'a %!d(MISSING)|a%!(EXTRA string=b)|%!d(string=x)',
    ],
    [
      '{{printf "%+d|% d|%e|%g|%c|%U|%o|%b|%X" 5 5 1234.5678 0.00001 65 65 8 5 255}}',
      '+5| 5|1.234568e+03|1e-05|A|U+0041|10|101|FF',
    ],
    ['{{print 1 2 "a" "b" 3}}{{println .kind 1}}', '1 2ab3Shop 1\n'],
    ['{{html "<a>"}}{{js "a\'b"}}{{urlquery "a b&"}}', "&lt;a&gt;a\\'ba+b%26"],
    ['{{slice "abcdef" 1 3}}{{lt 1 2}}{{ge "b" "a"}}{{ne 1 2}}{{eq .kind "x" "Shop"}}', 'bctruetruetruetrue'],
    ['{{base64decode .password}}{{.password | base64decode}}', 'hihi'],
    ['{{exists .metadata "name"}}{{exists .metadata "x"}}', 'truefalse'],
    ['a  {{- "b" -}}  c {{- /* said aside */ -}} d', 'abcd'],
    ['{{define "t"}}<{{.}}>{{end}}{{template "t" .kind}}{{block "u" 1}}[{{.}}]{{end}}', '<Shop>[1]'],
    ["{{`raw\\n`}}{{'a'}}{{0x10}}{{-2}}{{1.5}}{{true}}", 'raw\\n9716-21.5true'],
  ])('%s', (template, text) => {
    expect(render(template)).toBe(text);
  });

  it.each([
    ['{{.kind', 'unclosed action'],
    ['{{end}}', 'unexpected {{end}}'],
    ['{{if .a}}x', 'unexpected EOF'],
    ['{{"abc', 'unterminated quoted string'],
    ['{{guess .kind}}', 'function "guess" not defined'],
    ['{{$y}}', 'undefined variable "$y"'],
    ['{{range .a}}{{$x := .}}{{end}}{{$x}}', 'undefined variable "$x"'],
    ['{{}}', 'missing value for command'],
    ['{{break}}', '{{break}} outside {{range}}'],
    ['a\n{{#}}', "template: output:2: unrecognized character in action: U+0023 '#'"],
    ['{{(.a}}', 'unclosed left paren'],
  ])('refuses to read %s', (template, message) => {
    expect(() => parseGoTemplate(template)).toThrow(message);
  });

  it.each([
    ['{{.kind.x}}', "at <.kind.x>: can't evaluate field x in type string"],
    ['{{index .spec.shelves 5}}', 'error calling index: index out of range: 5'],
    ['{{index .nothing 1}}', 'error calling index: index of untyped nil'],
    ['{{eq .kind 1}}', 'error calling eq: incompatible types for comparison'],
    ['{{range .kind}}{{end}}', "range can't iterate over Shop"],
    ['{{nil}}', 'nil is not a command'],
    ['{{len 3}}', 'error calling len: len of type int'],
    ['{{template "no"}}', 'template "no" not defined'],
    ['{{define "t"}}{{template "t"}}{{end}}{{template "t"}}', 'exceeded maximum template depth'],
    ['{{.kind .metadata}}', "can't give argument to non-function"],
  ])('refuses to carry out %s', (template, message) => {
    expect(() => render(template)).toThrow(message);
  });

  it('reports a missing field when asked to', () => {
    expect(() => render('{{.metadata.nme}}', true)).toThrow('map has no entry for key "nme"');
  });
});
