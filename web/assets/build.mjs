// Packs what the pages use of the State's design system (DSFR) into dist/, under names that carry a digest of the content.
//
// DSFR has terms of use of its own, reserved to State sites, and its package refuses to install until they are accepted
// (DSFR_ACCEPT_LICENSE=1, or a .dsfr.yml in the folder where npm is called). That choice belongs to the operator: it is an
// optional dependency, nothing here steps around the question, and without it the pages keep Cloison's own plain style.
//
// Three sheets come out, so that each is asked for only when it should be:
//   dsfr    the components, without a font and without the emblem
//   dark    the same dark variables, for who has set a dark preference in the system and not in Cloison
//   brand   the Marianne font and the emblem, for an operator whose configuration says brand = "state"

import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')
const dsfr = join(here, 'node_modules', '@gouvfr', 'dsfr')
const sheets = [
  'core/core', 'component/link/link', 'component/button/button', 'component/badge/badge', 'component/tag/tag',
  'component/alert/alert', 'component/callout/callout', 'component/form/form', 'component/input/input',
  'component/logo/logo', 'component/skiplink/skiplink', 'component/header/header',
  'component/navigation/navigation', 'component/footer/footer',
]
const icons = ['arrows/arrow-left-line', 'arrows/arrow-right-line', 'system/check-line', 'system/lock-line']

main()

function main () {
  mkdirSync(dist, { recursive: true })
  for (const old of readdirSync(dist)) {
    if (old !== '.keep') rmSync(join(dist, old), { recursive: true })
  }
  if (!designAccepted()) return

  const written = {}
  const parts = { dsfr: '', brand: '' }
  for (const sheet of sheets) {
    const file = join(dsfr, 'dist', sheet + '.main.min.css')
    for (const rule of topLevelRules(readFileSync(file, 'utf8'))) {
      parts[isBrand(rule) ? 'brand' : 'dsfr'] += withFiles(rule, file, written)
    }
  }
  for (const icon of icons) parts.dsfr += withFiles(iconRule(icon), join(dsfr, 'dist', 'x.css'), written)

  const manifest = { design: 'DSFR ' + JSON.parse(readFileSync(join(dsfr, 'package.json'), 'utf8')).version, sheets: {} }
  manifest.sheets.dsfr = store('dsfr.css', parts.dsfr)
  manifest.sheets.dark = store('dark.css', systemDark(parts.dsfr))
  manifest.sheets.brand = store('brand.css', parts.brand)
  copyFileSync(join(dsfr, 'LICENSE.md'), join(dist, 'DSFR-LICENSE.md'))
  writeFileSync(join(dist, 'manifest.json'), JSON.stringify(manifest, null, 1) + '\n')
  console.log(`assets: ${manifest.design}, ${readdirSync(dist).length - 1} files in dist/`)
}

// designAccepted asks the package itself, by the check that its own installation runs.
function designAccepted () {
  if (!existsSync(join(dsfr, 'package.json'))) {
    console.log('assets: the State\'s design system is not installed; pages keep the plain style.\n' +
      '        To have it: read its terms (NOTICE says where), then build again with DSFR_ACCEPT_LICENSE=1')
    return false
  }
  try {
    return createRequire(import.meta.url)(join(dsfr, 'scripts', 'preinstall.js')).checkLicense()
  } catch (refusal) {
    console.log(`assets: the terms of the State's design system are not accepted here; pages keep the plain style.\n        ${refusal.message}`)
    return false
  }
}

// topLevelRules cuts a minified sheet at the braces that close a top-level block; strings may hold braces, data URIs do.
function topLevelRules (css) {
  const rules = []
  let depth = 0; let start = 0; let quote = ''
  for (let i = 0; i < css.length; i++) {
    const c = css[i]
    if (quote) { if (c === '\\') i++; else if (c === quote) quote = ''; continue }
    if (c === '"' || c === "'") quote = c
    else if (c === '{') depth++
    else if (c === '}' && --depth === 0) { rules.push(css.slice(start, i + 1)); start = i + 1 }
  }
  return rules
}

function isBrand (rule) { return rule.startsWith('@font-face') || /\.fr-logo|fr-(header|footer)__logo/.test(rule.split('{')[0]) }

// systemDark repeats the dark rules for pages that follow the system: DSFR does it by script, and these pages have none.
function systemDark (css) {
  const dark = topLevelRules(css).filter(r => r.split('{')[0].includes('[data-fr-theme=dark]'))
  const rules = dark.map(r => r.replaceAll('[data-fr-theme=dark]', '[data-fr-scheme=system]')).join('')
  return `@media (prefers-color-scheme:dark){${rules}}`
}

function iconRule (icon) {
  const name = basename(icon)
  const url = `url(icons/${icon}.svg)`
  return `.fr-icon-${name}:after,.fr-icon-${name}:before{-webkit-mask-image:${url};mask-image:${url}}`
}

// withFiles turns every address in a rule into a file of dist/. Data URIs too: img-src stays 'self'.
function withFiles (rule, sheet, written) {
  const data = /url\(\s*(["'])data:image\/svg\+xml;charset=[a-z0-9-]+,([\s\S]*?)\1\s*\)/g
  const plain = /url\(\s*(?!["']?data:)["']?([^)"']+)["']?\s*\)/g
  return rule
    .replace(/,url\([^)]+\.woff\) format\("woff"\)/g, '')
    .replace(data, (_, _quote, body) => `url(${store('inline.svg', decodeURIComponent(body))})`)
    .replace(plain, (whole, address) => {
      if (/^inline-/.test(address)) return whole
      if (/Spectral/.test(address)) return 'url()'
      const file = addressed(address, sheet)
      written[file] ??= store(basename(file), readFileSync(file))
      return `url(${written[file]})`
    })
}

// addressed: bundled sheets name icons and fonts from dist/, single ones from their own folder.
function addressed (address, sheet) {
  const near = resolve(dirname(sheet), address)
  return existsSync(near) ? near : join(dsfr, 'dist', address.replace(/^(\.\.\/)+/, ''))
}

function store (name, content) {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16)
  const ext = extname(name)
  const named = `${basename(name, ext)}-${digest}${ext}`
  writeFileSync(join(dist, named), content)
  return named
}
