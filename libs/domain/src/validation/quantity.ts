const FORM = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([eE])([+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?))$/;
const POWER_OF_TEN: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * The value of a Kubernetes quantity (`100m`, `1Gi`, `10`, `1e3`), near enough to compare two. Undefined for what is none.
 * Spec: k8s.io/apimachinery/pkg/api/resource.
 */
export function quantityValue(quantity: string | number): number | undefined {
  const parts = FORM.exec(String(quantity));
  if (!parts) return undefined;
  const [, sign, digits, , exponent, suffix = ''] = parts;
  const power = BINARY.indexOf(suffix) + 1;
  const scale = power > 0 ? 1024 ** power : 10 ** Number(exponent ?? POWER_OF_TEN[suffix] ?? 0);
  return Number(digits) * scale * (sign === '-' ? -1 : 1);
}

/** Bytes as Kubernetes writes them: `1Gi`, `1536Ki`, `1000`; the largest unit that needs no fraction. */
export function binaryQuantity(bytes: number): string {
  let value = bytes;
  let unit = -1;
  while (value > 0 && value % 1024 === 0 && unit < BINARY.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value}${BINARY[unit] ?? ''}`;
}
