/** `http://127.0.0.1:8080`: where a listener can be opened on this machine; a wildcard address is none that can. */
export function openableUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
