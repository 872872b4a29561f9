/** Debian's Chromium; `apt-get install chromium` puts it there. */
export const chromiumBinary = '/usr/bin/chromium';

/** Headless, without anything that would ask the network. */
export const chromiumFlags: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
