// Draws one piece, given by the portal's page, onto a canvas. This origin has no cookie, no session and no other piece: what a hostile file
// could take over here holds that file alone, and the policy of content lets nothing out. Nothing is taken from anyone but the portal.

const portal = document.documentElement.dataset.portal
const base = new URL('.', import.meta.url).href
const $ = id => document.getElementById(id)
const refused = 'Cette pièce ne peut pas être affichée ici. Téléchargez sa copie depuis la page du dossier.'
const largest = 16e6 // pixels of a canvas
const zooms = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]

let source = null // of the pages: {pages, draw(canvas, page, {scale, turn}), size(page), ready(page), text(page)}
let at = 1
let zoom = 0 // 0: the width of the window
let turn = 0
let mark = ''
let turnOf = 0 // of drawings: only the last one is shown

// The worker of pdf.js is the one script that is named by a text: this page's only policy of Trusted Types gives that name and no other.
const workers = globalThis.trustedTypes?.createPolicy('pdfjs-worker', { createScriptURL: () => base + 'pdf.worker.min.mjs' })
const workerURL = workers ? workers.createScriptURL('') : base + 'pdf.worker.min.mjs'

// pdf.js comes while the portal fetches the piece: most pieces need it. It is given its worker, since it would name it by a plain text.
const library = import(base + 'pdf.min.mjs').then(pdfjs => {
  const port = new Worker(workerURL, { type: 'module' })
  const broken = new Promise((resolve, reject) => { port.onerror = () => reject(new Error('worker')) })
  broken.catch(() => {}) // said when a PDF is asked for
  return { pdfjs, worker: new pdfjs.PDFWorker({ port }), broken }
})
library.catch(() => {}) // said when a PDF is asked for

addEventListener('message', event => {
  if (event.origin !== portal || event.source !== parent) return
  const said = event.data ?? {}
  if (said.kind === 'show' && !source) show(said)
  if (said.kind === 'whole') whole(said)
  if (said.kind === 'page' || said.kind === 'refused') asked.get(said.page)?.(said)
})
tell({ kind: 'ready' })

function tell (message) { if (parent !== window) parent.postMessage(message, portal) }

async function show ({ type, bytes, pages, text, alone }) {
  mark = String(text)
  try {
    source = await open(String(type).split(';')[0], bytes, pages, alone)
    $('outils').hidden = source.words
    $('pages').textContent = '/ ' + source.pages
    list()
    if (!source.words) await draw()
  } catch (error) { fail(error) }
}

function fail (error) {
  console.warn(error?.name ?? 'Error') // its words could be the piece's
  $('feuille').hidden = true
  $('outils').hidden = true
  say(refused)
  tell({ kind: 'failed' })
}

function say (sentence) { $('dit').textContent = sentence; $('dit').hidden = !sentence }

// open takes what a rendition may be, and nothing else.
function open (type, bytes, pages, alone) {
  switch (type) {
    case 'application/pdf': return openPDF(bytes, pages, alone)
    case 'image/png': case 'image/jpeg': return openImage(type, bytes, pages)
    case 'text/plain': return openText(bytes)
  }
  throw new Error('type')
}

// A large PDF is shown by its first page, which comes alone; whole takes all of it, when it comes.
let whole
const later = new Promise(resolve => { whole = resolve })

// openPDF: no script, no form that calculates, no stranger's font in the browser's own engine, no WebAssembly; no file is fetched but
// pdf.js's own. What was filled in a form is drawn like the rest of the page, as pixels.
async function openPDF (bytes, pages, alone) {
  const { pdfjs, worker, broken } = await library
  const read = bytes => Promise.race([broken, pdfjs.getDocument({
    data: new Uint8Array(bytes), worker, isEvalSupported: false, enableXfa: false, disableFontFace: true, useSystemFonts: false,
    useWasm: false, isImageDecoderSupported: false, useWorkerFetch: true, disableAutoFetch: true, disableRange: true, disableStream: true,
    maxImageSize: 200e6, cMapUrl: base + 'cmaps/', cMapPacked: true, standardFontDataUrl: base + 'standard_fonts/', wasmUrl: base + 'wasm/'
  }).promise])
  const first = await read(bytes)
  let all = alone ? null : first
  const coming = all ?? later.then(async ({ bytes, text }) => {
    all = await read(bytes)
    mark = String(text)
    if (!$('vignettes').hidden) watch()
    return all
  })
  if (alone) coming.catch(fail)
  const pageOf = async n => (all ?? (n === 1 ? first : await coming)).getPage(n)
  return {
    pages: alone ? pages : first.numPages,
    ready: n => n === 1 || Boolean(all),
    async size (n) {
      const { width, height } = (await pageOf(n)).getViewport({ scale: 96 / 72 })
      return { width, height }
    },
    async draw (canvas, n, scale, turned) {
      const page = await pageOf(n)
      const viewport = page.getViewport({ scale: scale * 96 / 72, rotation: (page.rotate + turned) % 360 })
      Object.assign(canvas, { width: Math.max(1, Math.floor(viewport.width)), height: Math.max(1, Math.floor(viewport.height)) })
      await page.render({ canvas, viewport, annotationMode: pdfjs.AnnotationMode.ENABLE, background: '#fff' }).promise
    },
    async text (n) {
      const { items } = await (await pageOf(n)).getTextContent()
      return items.map(item => (item.str ?? '') + (item.hasEOL ? '\n' : '')).join('')
    }
  }
}

// openImage has the page that came; the others are asked of the portal when they are looked at, each a reading of its own.
const asked = new Map()
async function openImage (type, bytes, pages) {
  const drawn = new Map([[1, await createImageBitmap(new Blob([bytes], { type }))]])
  const coming = new Map() // asked once, however often the reader turns to it meanwhile
  const page = async n => {
    if (!drawn.has(n)) {
      if (!coming.has(n)) coming.set(n, fetched(n).finally(() => coming.delete(n)))
      drawn.set(n, await coming.get(n))
    }
    return drawn.get(n)
  }
  return {
    pages: Number.isInteger(pages) && pages > 0 ? pages : 1,
    ready: n => drawn.has(n),
    async size (n) { const { width, height } = await page(n); return { width, height } },
    async draw (canvas, n, scale, turned) {
      const bitmap = await page(n)
      const [w, h] = [bitmap.width * scale, bitmap.height * scale]
      const lies = turned % 180 !== 0
      Object.assign(canvas, { width: Math.max(1, Math.floor(lies ? h : w)), height: Math.max(1, Math.floor(lies ? w : h)) })
      const ink = canvas.getContext('2d')
      ink.fillStyle = '#fff'
      ink.fillRect(0, 0, canvas.width, canvas.height)
      ink.translate(canvas.width / 2, canvas.height / 2)
      ink.rotate(turned * Math.PI / 180)
      ink.imageSmoothingQuality = 'high'
      ink.drawImage(bitmap, -w / 2, -h / 2, w, h)
      ink.setTransform(1, 0, 0, 1, 0, 0)
    },
    text: async () => ''
  }
}

async function fetched (n) {
  const answer = await new Promise(resolve => { asked.set(n, resolve); tell({ kind: 'page', page: n }) })
  asked.delete(n)
  if (answer.kind === 'refused') throw new Error('page')
  return createImageBitmap(new Blob([answer.bytes], { type: 'image/png' }))
}

function openText (bytes) {
  const words = document.createElement('div')
  words.className = 'mots'
  words.textContent = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  const line = document.createElement('p')
  line.className = 'marque'
  line.textContent = mark
  say('')
  $('vue').append(line, words)
  tell({ kind: 'shown', page: 1, pages: 1 })
  return { pages: 1, words: true }
}

// draw shows the page, the mark of its reader in its pixels.
async function draw () {
  const mine = ++turnOf
  if (!source.ready(at)) say('Ouverture de la page ' + at + '…')
  const [page, sheet] = [at, document.createElement('canvas')]
  let { width, height } = await source.size(page)
  if (turn % 180 !== 0) [width, height] = [height, width]
  const scale = zoom || Math.min(4, Math.max(0.1, ($('vue').clientWidth - 18) / width))
  const sharp = Math.min(devicePixelRatio || 1, Math.sqrt(largest / (width * height * scale * scale)))
  await source.draw(sheet, page, scale * sharp, turn)
  if (mine !== turnOf) return
  stamp(sheet)
  const shown = $('feuille')
  sheet.id = 'feuille'
  sheet.setAttribute('role', 'img')
  sheet.setAttribute('aria-label', `Page ${page} sur ${source.pages}`)
  sheet.style.width = Math.floor(width * scale) + 'px'
  shown.replaceWith(sheet)
  say('')
  tools(scale)
  tell({ kind: 'shown', page, pages: source.pages })
  const words = await source.text(page)
  if (mine === turnOf) $('texte').textContent = words
}

function stamp (canvas) {
  const ink = canvas.getContext('2d')
  const size = Math.max(9, Math.round(canvas.width / 46))
  ink.save()
  ink.font = `${size}px system-ui, sans-serif`
  ink.fillStyle = 'rgba(40, 60, 110, .17)'
  ink.textAlign = 'center'
  ink.textBaseline = 'middle'
  const step = Math.max(size * 12, canvas.height / 4)
  for (let y = step / 2; y < canvas.height; y += step) {
    ink.setTransform(1, 0, 0, 1, canvas.width / 2, y)
    ink.rotate(-0.3)
    ink.fillText(mark, 0, 0, canvas.width)
  }
  ink.restore()
}

function tools (scale) {
  $('page').value = at
  $('avant').disabled = at <= 1
  $('apres').disabled = at >= source.pages
  $('taille').textContent = Math.round(scale * 100) + ' %'
  $('taille').dataset.scale = scale
  for (const button of document.querySelectorAll('#vignettes button')) {
    if (Number(button.dataset.page) === at) button.setAttribute('aria-current', 'page')
    else button.removeAttribute('aria-current')
  }
  if (!$('vignettes').hidden && source.ready(at)) little(document.querySelector(`#vignettes button[data-page="${at}"]`))
}

function go (page) {
  if (!Number.isInteger(page)) { $('page').value = at; return }
  at = Math.min(source.pages, Math.max(1, page))
  $('vue').scrollTop = 0
  again()
}

function enlarge (up) {
  const now = Number($('taille').dataset.scale)
  zoom = up ? zooms.find(z => z > now + 0.01) ?? 4 : zooms.findLast(z => z < now - 0.01) ?? 0.25
  again()
}

function rotate (by) { turn = (turn + by + 360) % 360; again() }
function again () { draw().catch(fail) }

$('avant').onclick = () => go(at - 1)
$('apres').onclick = () => go(at + 1)
$('page').onchange = () => go(Number($('page').value))
$('moins').onclick = () => enlarge(false)
$('plus').onclick = () => enlarge(true)
$('largeur').onclick = () => { zoom = 0; again() }
$('gauche').onclick = () => rotate(-90)
$('droite').onclick = () => rotate(90)
let resized
addEventListener('resize', () => { clearTimeout(resized); if (source && !source.words && !zoom) resized = setTimeout(again, 150) })

const keys = {
  PageDown: () => go(at + 1), PageUp: () => go(at - 1), ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1), Home: () => go(1), End: () => go(source.pages),
  '+': () => enlarge(true), '-': () => enlarge(false), 0: () => { zoom = 0; again() }, r: () => rotate(90), R: () => rotate(-90)
}
addEventListener('keydown', event => {
  if (!source || source.words || event.target === $('page') || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return
  event.preventDefault()
  keys[event.key]()
})

// Thumbnails are drawn when they come into sight, one after the other. Of an image of several pages only those that were looked at: each is a reading.
let drawing = Promise.resolve()
const inSight = new IntersectionObserver(seen => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) little(target)
})

function list () {
  for (let n = 1; n <= source.pages && !source.words; n++) {
    const button = document.createElement('button')
    button.type = 'button'
    button.dataset.page = n
    button.append(document.createElement('span'))
    button.firstChild.textContent = n
    button.setAttribute('aria-label', 'Page ' + n)
    button.onclick = () => go(n)
    const item = document.createElement('li')
    item.append(button)
    document.querySelector('#vignettes ol').append(item)
  }
}

function little (button) {
  const n = Number(button.dataset.page)
  if (button.querySelector('canvas') || !source.ready(n)) return
  const canvas = document.createElement('canvas')
  button.prepend(canvas)
  drawing = drawing.then(async () => {
    const { width, height } = await source.size(n)
    await source.draw(canvas, n, Math.min(96 / width, 128 / height), 0)
  }).catch(() => canvas.remove())
}

$('vignettes-b').onclick = () => {
  const open = $('vignettes').hidden
  $('vignettes').hidden = !open
  $('vignettes-b').setAttribute('aria-expanded', open)
  watch(open)
  if (!zoom) again()
}

function watch (open = true) {
  for (const button of document.querySelectorAll('#vignettes button')) {
    inSight.unobserve(button)
    if (open) inSight.observe(button)
  }
}
