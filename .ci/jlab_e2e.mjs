// node jlab_e2e.mjs ROOT NOTEBOOK...: starts one JupyterLab over ROOT on a free port, opens each notebook in headless Chromium,
// Run > Run All Cells, waits until it is done, saves, and counts in the saved file the cells that ran and the errors.
// Environment: PW_DIR, folder whose node_modules has playwright-core; CHROME, the browser; SHOTS, folder for screenshots (optional).
import { createRequire } from 'module';
import { spawn } from 'child_process';
import net from 'net';

const require = createRequire(process.env.PW_DIR + '/x.js');
const { chromium } = require('playwright-core');
const [root, ...notebooks] = process.argv.slice(2);
const seconds = t => ((Date.now() - t) / 1000).toFixed(1) + ' s';
const port = await new Promise(done => {
  const s = net.createServer().listen(0, '127.0.0.1', () => { const p = s.address().port; s.close(() => done(p)); });
});
const base = `http://127.0.0.1:${port}`;
const server = spawn('jupyter-lab', ['--no-browser', '--allow-root', '--ip=127.0.0.1', `--port=${port}`, '--ServerApp.port_retries=0',
  '--IdentityProvider.token=', '--ServerApp.password=', `--ServerApp.root_dir=${root}`, '--LabApp.news_url=None', '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate'],
  { stdio: ['ignore', 'pipe', 'pipe'] });
let log = '';
server.stdout.on('data', d => log += d);
server.stderr.on('data', d => log += d);
const stop = () => new Promise(done => {
  if (server.exitCode !== null) return done();
  server.on('exit', done);
  server.kill('SIGTERM');
  setTimeout(() => server.kill('SIGKILL'), 15000).unref();
});

async function runAll(page, nb) {
  await page.goto(`${base}/lab/workspaces/e2e/tree/${nb}?reset`, { waitUntil: 'domcontentloaded' });
  await page.waitForSelector('.jp-Notebook .jp-Cell', { timeout: 120000 });
  const idle = '.jp-NotebookPanel-toolbar .jp-Notebook-ExecutionIndicator[data-status="idle"]';
  for (let i = 0; i < 60; i++) {   // where Lab asks for a kernel, take its default, as a user would
    const ask = page.locator('.jp-Dialog button.jp-mod-accept:has-text("Select")');
    if (await ask.count()) { await ask.first().click(); break; }
    if (i > 12 && await page.locator(idle).count()) break;
    await page.waitForTimeout(250);
  }
  await page.waitForSelector(idle, { timeout: 90000 });
  await page.click('.lm-MenuBar-itemLabel:text-is("Run")');
  await page.click('.lm-Menu-itemLabel:text-is("Run All Cells")');
  await page.waitForTimeout(1500);
  await page.waitForSelector(idle, { timeout: 600000 });
  await page.waitForFunction(() => ![...document.querySelectorAll('.jp-InputPrompt')].some(e => e.textContent.includes('*')), null, { timeout: 600000 });
  // Lab draws cells lazily, so the saved file tells the truth, not the page
  await page.keyboard.press('Control+s');
  await page.waitForTimeout(2000);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${nb.replaceAll('/', '_')}.png` });
  const doc = await (await fetch(`${base}/api/contents/${nb}?content=1`)).json();
  const cells = doc.content.cells.filter(c => c.cell_type === 'code' && c.source.trim());
  const ran = cells.filter(c => c.execution_count).length;
  const errors = cells.flatMap(c => (c.outputs || []).filter(o => o.output_type === 'error').map(o => `${o.ename}: ${o.evalue}`));
  return { ran, total: cells.length, errors };
}

let bad = 0, browser;
try {
  for (let i = 0; ; i++) {
    try { if ((await fetch(`${base}/api/status`)).ok) break; } catch { /* not up yet */ }
    if (i > 240 || server.exitCode !== null) throw Error('JupyterLab did not start');
    await new Promise(done => setTimeout(done, 250));
  }
  browser = await chromium.launch({ executablePath: process.env.CHROME, args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  for (const nb of notebooks) {
    const t = Date.now(), page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    try {
      const { ran, total, errors } = await runAll(page, nb);
      const ok = total > 0 && ran === total && !errors.length;
      bad += !ok;
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${nb}: ${ran} of ${total} code cells ran, ${errors.length} errors, ${seconds(t)}`, errors.join(' | '));
    } catch (e) { bad++; console.log(`FAILED ${nb}: ${e}`); }
    await page.close();
    for (const k of await (await fetch(`${base}/api/sessions`)).json()) await fetch(`${base}/api/sessions/${k.id}`, { method: 'DELETE' });
  }
} catch (e) { bad++; console.log(String(e)); }
finally { await browser?.close(); await stop(); }
if (bad) console.log(log.slice(-3000));
process.exit(bad ? 1 : 0);
