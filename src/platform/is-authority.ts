const foreign = /[\s/?#@\\,<>"^`{|}]/;

/**
 * Whether a Host header can be what it says, a name or address with or without a port: with a slash or a comma in it, one
 * program would read another host or path out of it than the next. Empty is allowed (RFC 9112, 3.2).
 */
export const isAuthority = (text: string): boolean => !foreign.test(text);
