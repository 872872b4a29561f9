/** How deep nothing goes: one pass, as on a cluster; values that were put in are not looked at again. */
const reference = /\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g;

/**
 * Kubernetes' `$(NAME)` in commands, arguments and values. `$$` is a dollar sign; an unknown name stays as it is written.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 * @example expandVariables('--port=$(PORT) $$(PORT)', new Map([['PORT', '80']])) // '--port=80 $(PORT)'
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(reference, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return variables.get(name) ?? whole;
  });
}

/**
 * `$PORT` and `${PORT}` outside a shell: no cluster does this, but a program that is started without one
 * (`python3 -m http.server $PORT`) must learn its port somehow. In a shell's text it gives what the shell would give.
 */
export function expandPort(text: string, port: string): string {
  return text.replace(/(?<![$\\])\$(?:PORT(?![A-Za-z0-9_])|\{PORT\})/g, port);
}
