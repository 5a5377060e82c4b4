/** What is wrong with where a user says the registry is: a host, or a URL of nothing more; undefined when it can be asked. */
export function registryUrlProblem(text: string): string | undefined {
  const hasScheme = text.includes('://');
  if (hasScheme && !/^https?:/.test(text)) return `unsupported scheme: ${text.split(':')[0]}`;
  const rest = hasScheme ? text.slice(text.indexOf('://') + 3) : text;
  const host = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  if (host === '') return 'no host name specified';
  if (rest.includes('?') || rest.includes('#')) return 'no query arguments are allowed after <host>[:<port>]';
  if (rest !== host && rest !== `${host}/`) return 'no path after <host>[:<port>] is allowed';
  return URL.canParse(`https://${host}`) && !host.includes('@') ? undefined : `${host} is no <host>[:<port>]`;
}
