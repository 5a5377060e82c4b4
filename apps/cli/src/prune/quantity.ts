const SCALE: Record<string, number> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number a Kubernetes quantity stands for (`500Mi`, `2G`, `1e6`); undefined when it is none. */
export function parseQuantity(text: string | undefined): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([mkMGTPE]|[KMGTPE]i)?$/.exec(String(text ?? ''));
  if (!match) return undefined;
  return Number(match[1]) * (SCALE[match[2] ?? ''] ?? 1);
}
