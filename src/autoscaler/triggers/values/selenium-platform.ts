/** An operating system as Selenium knows it. */
export interface SeleniumPlatform {
  readonly name: string;
  /** What it is a version of; null for what stands for itself. */
  readonly family: string | null;
}

const windows: readonly (readonly string[])[] = [
  ['windows xp', 'windows server 2003', 'xp', 'winnt', 'windows_nt', 'windows nt'],
  ['windows vista', 'windows server 2008'],
  ['windows 7', 'win7'],
  ['windows 8', 'win8', 'windows server 2012'],
  ['windows 8.1', 'win8.1'],
  ['windows 10', 'win10'],
  ['windows 11', 'win11'],
];
/** Version and name of each macOS that Selenium has a name for. */
const macs: readonly (readonly [version: string, name: string])[] = [
  ['10.6', 'snow leopard'],
  ['10.8', 'mountain lion'],
  ['10.9', 'mavericks'],
  ['10.10', 'yosemite'],
  ['10.11', 'el capitan'],
  ['10.12', 'sierra'],
  ['10.13', 'high sierra'],
  ['10.14', 'mojave'],
  ['10.15', 'catalina'],
  ['11.0', 'big sur'],
  ['12.0', 'monterey'],
  ['13.0', 'ventura'],
  ['14.0', 'sonoma'],
  ['15.0', 'sequoia'],
];

type Row = readonly [alias: string, platform: SeleniumPlatform];
const rows = (aliases: readonly string[], name: string, family: string | null): Row[] =>
  aliases.map((alias) => [alias, { name, family }]);

const platforms: ReadonlyMap<string, SeleniumPlatform> = new Map<string, SeleniumPlatform>([
  ...windows.flatMap((aliases) => rows(aliases, aliases[0] ?? '', 'windows')),
  ...macs.flatMap(([version, name]) =>
    rows([`os x ${version}`, `macos ${version}`, name], `macos ${version}`, 'mac'),
  ),
  ...rows(['mac', 'darwin', 'macos', 'mac os x', 'os x'], 'mac', null),
  ...['linux', 'bsd', 'solaris'].flatMap((name) => rows([name], name, 'unix')),
  ...rows(['android', 'dalvik'], 'android', null),
  ...rows(['any', ''], 'any', null),
]);

/**
 * The platform behind a name as people write it; a name nobody knows stands for itself.
 *
 * @see https://github.com/SeleniumHQ/selenium/blob/trunk/java/src/org/openqa/selenium/Platform.java
 * @example seleniumPlatform('WIN10') // { name: 'windows 10', family: 'windows' }
 */
export function seleniumPlatform(text: string): SeleniumPlatform {
  const name = text.toLowerCase();
  return platforms.get(name) ?? { name, family: null };
}

/**
 * Does one serve for the other? The same platform does, and two versions of one family; a family itself (`windows`,
 * `mac`) is no version of it, and `any` is only `any`.
 */
export function isSamePlatform(first: string, second: string): boolean {
  const [a, b] = [seleniumPlatform(first), seleniumPlatform(second)];
  return a.name === b.name || (a.family !== null && a.family === b.family);
}
