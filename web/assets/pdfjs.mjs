// Packs what the viewer uses of pdf.js into ../viewer/dist/: the library and its worker, the character maps of scripts that a PDF may
// name without carrying them, the standard fonts, and the decoder of JPEG 2000 in JavaScript. Nothing of WebAssembly, of forms that
// calculate, or of pdf.js's own viewer. Scripts are stored compressed, as they go on the wire.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const from = join(here, 'node_modules', 'pdfjs-dist')
const dist = join(here, '..', 'viewer', 'dist')
// The legacy build: what workstations of an administration have is older than what pdf.js asks for otherwise.
const files = ['legacy/build/pdf.min.mjs', 'legacy/build/pdf.worker.min.mjs', 'wasm/openjpeg_nowasm_fallback.js', 'LICENSE', 'wasm/LICENSE_OPENJPEG']
const folders = ['cmaps', 'standard_fonts']

mkdirSync(dist, { recursive: true })
for (const old of readdirSync(dist)) {
  if (old !== '.keep') rmSync(join(dist, old), { recursive: true })
}
if (existsSync(join(from, 'package.json'))) {
  for (const file of files) pack(file, file.replace('legacy/build/', ''))
  for (const folder of folders) {
    for (const name of readdirSync(join(from, folder))) pack(`${folder}/${name}`, `${folder}/${name}`)
  }
  console.log(`viewer: pdf.js ${JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')).version}`)
} else {
  console.log('viewer: pdf.js is not installed; PDF are downloaded, images and text are shown')
}

function pack (source, name) {
  const body = readFileSync(join(from, source))
  const script = ['.mjs', '.js'].includes(extname(name))
  const to = join(dist, script ? name + '.gz' : name)
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, script ? gzipSync(body, { level: 9 }) : body)
}
