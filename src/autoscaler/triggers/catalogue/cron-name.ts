/** The name of a cron trigger's metric: its expressions, without what a name cannot hold. */
export const cronName = (timezone: string, start: string, end: string): string =>
  `cron-${timezone}-${inWords(start)}-${inWords(end)}`;

const inWords = (expression: string): string =>
  expression
    .replaceAll(' ', '')
    .replaceAll('*', 'x')
    .replaceAll('/', 'Sl')
    .replaceAll('?', 'Qm')
    .replaceAll(',', 'Cm');
