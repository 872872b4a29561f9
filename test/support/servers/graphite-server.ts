import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, removeFolder, serverFolder, startProcess, untilReady } from './server-process.ts';

/** graphite-web over whisper files. */
export interface GraphiteServer extends AsyncDisposable {
  readonly url: string;
  /** Writes a series of one value a second, the last one `agoSeconds` ago; null leaves a gap. */
  write(series: string, values: readonly (number | null)[], agoSeconds?: number): void;
}

/** Debian's modules are found by Debian's Python only. */
const python = '/usr/bin/python3';

const settings = (folder: string): string => `
SECRET_KEY = 'a test'
ALLOWED_HOSTS = ['*']
TIME_ZONE = 'UTC'
WHISPER_DIR = '${folder}/whisper'
STORAGE_DIR = '${folder}'
CONF_DIR = '${folder}'
LOG_DIR = '${folder}'
INDEX_FILE = '${folder}/index'
CARBONLINK_HOSTS = []
DATABASES = {'default': {'NAME': '${folder}/db', 'ENGINE': 'django.db.backends.sqlite3'}}
`;

const writeSeries = `
import sys, json, time, os, whisper
file, values, ago = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
os.makedirs(os.path.dirname(file), exist_ok=True)
if os.path.exists(file): os.remove(file)
whisper.create(file, [(1, 3600)])
now = int(time.time()) - ago
points = [(now - len(values) + 1 + at, value) for at, value in enumerate(values) if value is not None]
if points: whisper.update_many(file, points)
`;

export async function startGraphite(): Promise<GraphiteServer> {
  const folder = serverFolder();
  mkdirSync(path.join(folder, 'whisper'));
  writeFileSync(path.join(folder, 'sluice_settings.py'), settings(folder));
  const port = await freePort();
  const env = { PYTHONPATH: folder, GRAPHITE_SETTINGS_MODULE: 'sluice_settings', PYTHONWARNINGS: 'ignore' };
  const serve = `
from wsgiref.simple_server import make_server, WSGIRequestHandler
from graphite.wsgi import application
class Quiet(WSGIRequestHandler):
    def log_message(self, *args): pass
make_server('127.0.0.1', ${port}, application, handler_class=Quiet).serve_forever()
`;
  execFileSync('graphite-manage', ['migrate', '--run-syncdb', '--noinput'], {
    env: { ...process.env, ...env, DJANGO_SETTINGS_MODULE: 'graphite.settings' },
    stdio: 'pipe',
  });
  const server = startProcess({ command: python, args: ['-c', serve], env });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(server, async () => {
    const answer = await fetch(`${url}/render?target=none&format=json`);
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  });
  return {
    url,
    write: (series, values, agoSeconds = 1) => {
      const file = path.join(folder, 'whisper', `${series.replaceAll('.', '/')}.wsp`);
      execFileSync(python, ['-c', writeSeries, file, JSON.stringify(values), String(agoSeconds)]);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}
